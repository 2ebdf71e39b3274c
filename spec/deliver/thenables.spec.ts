import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { AnyEvent } from '../../lib/contract/events.js';
import type { Sink } from '../../lib/contract/sink.js';
import { SinkQueue } from '../../lib/deliver/live-queue.js';
import { promiseOf } from '../../lib/support/async.js';

type Callback = (value?: unknown) => void;

/** An object with this `then`. */
const thenable = (then: unknown): object => Object.defineProperty({}, 'then', { value: then });

/** An object whose `then` cannot be read, and the number of times that it was read. */
function unreadable() {
  let reads = 0;
  const get = (): never => {
    reads += 1;
    throw new Error('getter');
  };
  return { value: Object.defineProperty({}, 'then', { get }), reads: () => reads };
}

/** What a sink may return in place of a promise, and the message of its rejection, or `null` where it is no failure. */
const RESULTS: readonly (readonly [what: string, make: () => unknown, message: string | null])[] = [
  ['whose `then` throws when read', () => unreadable().value, 'getter'],
  [
    'that is a proxy which refuses everything',
    () =>
      new Proxy(
        {},
        {
          get: () => {
            throw new Error('refused');
          },
          has: () => {
            throw new Error('refused');
          },
        },
      ),
    'refused',
  ],
  [
    'whose `then` throws',
    () =>
      thenable(() => {
        throw new Error('thrown');
      }),
    'thrown',
  ],
  [
    'whose `then` rejects',
    () => thenable((_: Callback, reject: Callback) => reject(new Error('rejected'))),
    'rejected',
  ],
  [
    'whose `then` calls both callbacks',
    () =>
      thenable((resolve: Callback, reject: Callback) => {
        resolve();
        reject(new Error('too late'));
      }),
    null,
  ],
  [
    'whose `then` rejects and resolves later',
    () =>
      thenable((resolve: Callback, reject: Callback) => {
        reject(new Error('first'));
        resolve();
      }),
    'first',
  ],
  [
    'whose `then` calls a callback twice',
    () =>
      thenable((resolve: Callback) => {
        resolve(1);
        resolve(2);
      }),
    null,
  ],
  [
    'whose `then` throws after calling back',
    () =>
      thenable((resolve: Callback) => {
        resolve();
        throw new Error('too late');
      }),
    null,
  ],
  [
    'that resolves to an object whose `then` throws when read',
    () => thenable((resolve: Callback) => resolve(unreadable().value)),
    'getter',
  ],
  [
    'that is a function with a `then`',
    () => Object.defineProperty(() => undefined, 'then', { value: (resolve: Callback) => resolve() }),
    null,
  ],
  ['whose `then` is no function', () => thenable(3), null],
];

function event(seq: number): AnyEvent {
  const data = { name: 'p', done: seq, total: null, data: null };
  return { v: 1, seq, time: seq, writer: 'w', runId: 'run', type: 'onProgress', data, derived: [] };
}

describe('a sink that returns an object', () => {
  let warnings: (readonly [code: string, message: string])[];
  let unhandled: unknown[];
  const onUnhandled = (reason: unknown): void => void unhandled.push(reason);

  beforeEach(() => {
    warnings = [];
    unhandled = [];
    process.on('unhandledRejection', onUnhandled);
  });

  afterEach(() => {
    process.off('unhandledRejection', onUnhandled);
    expect(unhandled).to.deep.equal([]);
  });

  async function run(sink: Omit<Sink, 'name'>): Promise<void> {
    const queue = new SinkQueue(
      's',
      { name: 's', ...sink },
      { journalDir: null, warn: () => undefined },
      (...warning) => warnings.push([warning[1], warning[2]]),
    );
    for (let seq = 0; seq < 2; seq += 1) queue.push(event(seq));
    queue.pumpNow();
    queue.push(event(2));
    await queue.close();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }

  const failures = () => warnings.filter(([code]) => code === 'AXL_SINK_FAILED').map(([, message]) => message);

  for (const [what, make, message] of RESULTS) {
    const expected = (count: number) => (message === null ? 0 : count);

    it(`${what}, from a hook: the next events are delivered`, async () => {
      const seen: number[] = [];
      await run({
        onProgress: ({ seq }) => {
          seen.push(seq);
          return make();
        },
      });
      expect(seen).to.deep.equal([0, 1, 2]);
      expect(failures()).to.have.length(expected(3));
      for (const each of failures()) expect(each).to.include(message);
    });

    it(`${what}, from onBatch: the next batches are delivered`, async () => {
      const seen: number[] = [];
      await run({
        onBatch: (events) => {
          seen.push(...events.map(({ seq }) => seq));
          return make();
        },
      });
      expect(seen).to.deep.equal([0, 1, 2]);
      expect(failures().length > 0).to.equal(message !== null);
    });

    it(`${what}, from setup: it is reported, and the sink receives nothing if that is a failure`, async () => {
      const seen: number[] = [];
      await run({ setup: make, onProgress: ({ seq }) => void seen.push(seq) });
      expect(seen).to.deep.equal(message === null ? [0, 1, 2] : []);
      expect(failures()).to.have.length(expected(1));
    });

    it(`${what}, from flush and close: it is reported`, async () => {
      await run({ flush: make, close: make });
      expect(failures()).to.have.length(expected(2));
    });
  }

  it('whose `then` is never called back is given up after 2 s', async function () {
    this.timeout(10_000);
    const seen: number[] = [];
    await run({
      onProgress: ({ seq }) => {
        seen.push(seq);
        return seq === 0 ? thenable(() => undefined) : undefined;
      },
    });
    expect(seen).to.deep.equal([0, 1, 2]);
    expect(warnings.map(([code]) => code)).to.deep.equal(['AXL_SINK_TIMEOUT']);
  });

  it('has its `then` read once', async () => {
    const { value, reads } = unreadable();
    await promiseOf(value)?.catch(() => undefined);
    expect(reads()).to.equal(1);
  });

  it('whose hook becomes unreadable is reported, and other sinks are not affected', async () => {
    let asked = 0;
    const sink = Object.defineProperty({}, 'onProgress', {
      enumerable: true,
      get: () => {
        asked += 1;
        throw new Error('unreadable hook');
      },
    });
    const queue = new SinkQueue(
      's',
      Object.defineProperty(sink, 'name', { value: 's' }) as Sink,
      { journalDir: null, warn: () => undefined },
      (...warning) => warnings.push([warning[1], warning[2]]),
    );
    expect(() => queue.push(event(0))).not.to.throw();
    await queue.close();
    expect(asked).to.be.greaterThan(0);
    expect(failures()).to.have.length(1);
  });
});
