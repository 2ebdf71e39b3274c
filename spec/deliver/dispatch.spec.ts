import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { AnyEvent } from '../../lib/contract/events.js';
import type { Sink } from '../../lib/contract/sink.js';
import { BREAKER_TIMEOUTS } from '../../lib/deliver/breaker.js';
import { QUEUE_LIMIT, SinkQueue } from '../../lib/deliver/live-queue.js';

interface Warning {
  readonly sink: string;
  readonly code: string;
  readonly count: number | undefined;
}

function event(seq: number, runId = 'run'): AnyEvent {
  return {
    v: 1,
    seq,
    time: seq,
    writer: 'w',
    runId,
    type: 'onProgress',
    data: { name: 'p', done: seq, total: null, data: null },
    derived: [],
  };
}

describe('SinkQueue', () => {
  let warnings: Warning[];
  let queues: SinkQueue[];

  beforeEach(() => {
    warnings = [];
    queues = [];
  });

  afterEach(async () => {
    await Promise.all(queues.map((queue) => queue.close()));
  });

  function queue(sink: Sink | Promise<Sink>): SinkQueue {
    const made = new SinkQueue('s', sink, { journalDir: null, warn: () => undefined }, (name, code, _message, count) =>
      warnings.push({ sink: name, code, count }),
    );
    queues.push(made);
    return made;
  }

  it('hands events over one at a time, in order, also when hooks are asynchronous and of different length', async () => {
    const seen: number[] = [];
    let running = 0;
    let most = 0;
    const q = queue({
      name: 's',
      onProgress: async ({ seq }) => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, (7 * seq) % 5));
        seen.push(seq);
        running -= 1;
      },
    });
    for (let i = 0; i < 30; i++) q.push(event(i));
    await q.flush();
    expect(seen).to.deep.equal(Array.from({ length: 30 }, (_, i) => i));
    expect(most).to.equal(1);
  });

  it('never calls a hook on the stack of the one who pushes', () => {
    let called = false;
    queue({ name: 's', onProgress: () => (called = true) }).push(event(0));
    expect(called).to.equal(false);
  });

  it('waits for setup, and for a sink that is still being loaded', async () => {
    const seen: string[] = [];
    const q = queue(
      new Promise((resolve) =>
        setTimeout(
          () =>
            resolve({
              name: 's',
              setup: async () => {
                await new Promise((done) => setTimeout(done, 5));
                seen.push('setup');
              },
              onProgress: ({ seq }) => void seen.push(`event ${seq}`),
            }),
          5,
        ),
      ),
    );
    q.push(event(0));
    q.push(event(1));
    await q.flush();
    expect(seen).to.deep.equal(['setup', 'event 0', 'event 1']);
  });

  it('goes on after hooks that throw, reject or return garbage, and says so', async () => {
    const seen: number[] = [];
    const q = queue({
      name: 's',
      onProgress: ({ seq }) => {
        seen.push(seq);
        if (seq === 0) throw new Error('thrown');
        if (seq === 1) return Promise.reject(new Error('rejected'));
        if (seq === 2) return Object.create(null);
        return Symbol('garbage');
      },
    });
    for (let i = 0; i < 4; i++) q.push(event(i));
    await q.flush();
    expect(seen).to.deep.equal([0, 1, 2, 3]);
    expect(warnings.map(({ code }) => code)).to.deep.equal(['AXL_SINK_FAILED', 'AXL_SINK_FAILED']);
  });

  it('gives up on hooks that hang, opens the breaker after three, counts what is left out, and takes events after flush', async function () {
    this.timeout(20_000);
    let hang = true;
    const seen: number[] = [];
    const q = queue({
      name: 's',
      onProgress: ({ seq }) => {
        seen.push(seq);
        return hang ? new Promise(() => undefined) : undefined;
      },
    });
    for (let i = 0; i < 10; i++) q.push(event(i));
    await q.flush();
    expect(seen).to.deep.equal([0, 1, 2]);
    const codes = warnings.map(({ code }) => code);
    expect(codes.filter((code) => code === 'AXL_SINK_TIMEOUT')).to.have.length(BREAKER_TIMEOUTS);
    expect(codes).to.include('AXL_SINK_BREAKER_OPEN');
    expect(warnings.find(({ code }) => code === 'AXL_QUEUE_FULL')?.count).to.equal(7);
    hang = false;
    q.push(event(10));
    await q.flush();
    expect(seen).to.deep.equal([0, 1, 2, 10]);
  });

  it('a sink that never lets go is bounded: what does not fit is counted and reported', async function () {
    this.timeout(20_000);
    const q = queue({ name: 's', onProgress: () => new Promise(() => undefined) });
    await q.ready;
    for (let i = 0; i < QUEUE_LIMIT + 500; i++) q.push(event(i));
    expect(q.backlog).to.be.at.most(QUEUE_LIMIT);
    expect(warnings.map(({ code }) => code)).to.include('AXL_QUEUE_FULL');
    await q.flush();
    const total = warnings.filter(({ count }) => count !== undefined).reduce((sum, { count }) => sum + (count ?? 0), 0);
    expect(total).to.equal(QUEUE_LIMIT + 500 - BREAKER_TIMEOUTS);
  });

  it('a burst that never lets the event loop turn loses nothing for synchronous hooks', async () => {
    const seen: number[] = [];
    const q = queue({ name: 's', onProgress: ({ seq }) => void seen.push(seq) });
    await q.ready;
    const total = QUEUE_LIMIT * 3;
    for (let i = 0; i < total; i++) q.push(event(i));
    await q.flush();
    expect(seen).to.have.length(total);
    expect(seen.every((seq, i) => seq === i)).to.equal(true);
    expect(warnings).to.deep.equal([]);
  });

  it('gives batches of one run each to a sink that takes batches', async () => {
    const batches: string[] = [];
    const q = queue({
      name: 's',
      onBatch: (events, { runId }) => void batches.push(`${runId}:${events.map(({ seq }) => seq).join(',')}`),
    });
    for (const [seq, run] of [
      [0, 'a'],
      [1, 'a'],
      [2, 'b'],
      [3, 'a'],
    ] as const) {
      q.push(event(seq, run));
    }
    await q.flush();
    expect(batches).to.deep.equal(['a:0,1', 'b:2', 'a:3']);
  });

  it('closes once, after a flush, and takes nothing more', async () => {
    const calls: string[] = [];
    const q = queue({
      name: 's',
      onProgress: ({ seq }) => void calls.push(`event ${seq}`),
      flush: () => void calls.push('flush'),
      close: () => void calls.push('close'),
    });
    q.push(event(0));
    await Promise.all([q.close(), q.close()]);
    q.push(event(1));
    await q.flush();
    expect(calls).to.deep.equal(['event 0', 'flush', 'close']);
  });

  it('a sink whose setup fails gets nothing and is reported', async () => {
    const seen: number[] = [];
    const q = queue({
      name: 's',
      setup: () => {
        throw new Error('no disk');
      },
      onProgress: ({ seq }) => void seen.push(seq),
    });
    q.push(event(0));
    await q.flush();
    expect(seen).to.deep.equal([]);
    expect(warnings.map(({ code, count }) => [code, count])).to.deep.equal([
      ['AXL_SINK_FAILED', undefined],
      ['AXL_QUEUE_FULL', 1],
    ]);
  });
});
