import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { AutologError } from '../../lib/contract/errors.js';
import { type AnyEvent, EVENT_TYPES } from '../../lib/contract/events.js';
import type { Sink } from '../../lib/contract/sink.js';
import { replay } from '../../lib/deliver/replay.js';
import { anyEvents } from '../../lib/testing/events/arbitrary.js';
import { event, journalIn, temporaryFolder } from '../journal/events.js';

describe('replay', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  it('makes the hook calls that a live sink got', async () => {
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(anyEvents(['run']), async (events) => {
        const runId = `run-${runs++}`;
        const { journal } = journalIn(folder.dir, { runId });
        const live = events.map((each) => ({ ...each, runId, seq: each.seq + 1 }) as AnyEvent);
        journal.append(event(0, { runId, time: 0 }), false);
        for (const each of live) journal.append(each, false);
        journal.close();
        const heard: [string, AnyEvent][] = [];
        const hooks = Object.fromEntries(
          EVENT_TYPES.map((type) => [type, (each: AnyEvent) => heard.push([type, each])]),
        );
        const result = await replay(journal.runDir, { name: 'heard', ...hooks } as Sink, { from: 1 });
        expect(heard).to.deep.equal(live.map((each) => [each.type, each]));
        expect(result).to.deep.equal({ events: live.length, problems: [] });
      }),
    );
  });

  const written = (count: number): string => {
    const { journal } = journalIn(folder.dir);
    for (let seq = 0; seq < count; seq += 1) journal.append(event(seq), false);
    journal.close();
    return journal.runDir;
  };

  it('calls setup first, hooks one at a time, flush last, and close if asked', async () => {
    const calls: string[] = [];
    let running = 0;
    const sink: Sink = {
      name: 'slow',
      setup: ({ journalDir }) => calls.push(`setup ${journalDir}`),
      async onProgress(each) {
        running += 1;
        await new Promise((resolve) => setImmediate(resolve));
        calls.push(`${each.seq} ${running}`);
        running -= 1;
      },
      flush: () => calls.push('flush'),
      close: () => calls.push('close'),
    };
    const runDir = written(3);
    await replay(runDir, sink);
    expect(calls).to.deep.equal([`setup ${folder.dir}`, '0 1', '1 1', '2 1', 'flush']);
    await replay(runDir, sink, { close: true });
    expect(calls.at(-1)).to.equal('close');
  });

  it('hands batches to a sink that takes them', async () => {
    const batches: number[] = [];
    const runDir = written(7);
    const sink: Sink = {
      name: 'batches',
      onBatch: (events, context) => {
        expect(context).to.include({ runDir, runId: 'run' }).and.not.have.any.keys('batch', 'hold', 'progress');
        batches.push(events.length);
      },
    };
    await replay(runDir, sink, { batchSize: 3 });
    expect(batches).to.deep.equal([3, 3, 1]);
  });

  it('goes on behind a hook that fails, and says so', async () => {
    const seqs: number[] = [];
    const result = await replay(written(3), {
      name: 'bad',
      onProgress: async (each) => {
        seqs.push(each.seq);
        if (each.seq === 1) throw new Error('no');
      },
    });
    expect(seqs).to.deep.equal([0, 1, 2]);
    expect(result.problems).to.deep.equal([
      { code: 'AXL_SINK_FAILED', message: "onProgress of sink 'bad' failed: no" },
    ]);
  });

  it('takes no event type for another method of the sink', async () => {
    const { journal } = journalIn(folder.dir);
    for (const [seq, type] of ['close', 'onBatch', 'constructor', 'name'].entries()) {
      journal.append(event(seq, { type: type as AnyEvent['type'] }), true);
    }
    let closed = 0;
    const result = await replay(journal.runDir, { name: 'x', close: () => closed++ });
    expect({ closed, result }).to.deep.equal({ closed: 0, result: { events: 4, problems: [] } });
  });

  it('says when there is nothing to replay, and when the sink cannot be set up', async () => {
    const failure = (promise: Promise<unknown>): Promise<unknown> =>
      promise.then(
        () => null,
        (error: unknown) => error,
      );
    const missing = await failure(replay(join(folder.dir, 'nowhere'), { name: 'x' }));
    expect(missing).to.be.instanceOf(AutologError).with.property('code', 'AXL_JOURNAL_MISSING');
    const broken = await failure(
      replay(written(1), { name: 'x', setup: () => Promise.reject(new Error('no server')) }),
    );
    expect(broken).to.be.instanceOf(AutologError).with.property('code', 'AXL_SINK_FAILED');
  });
});
