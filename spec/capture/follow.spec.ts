import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { type Follower, follow, generatorSteps } from '../../lib/capture/observe/follow.js';
import type { Outcome } from '../../lib/capture/observe/outcome.js';
import type { Thenables } from '../../lib/capture/observe/promises.js';
import { trackCompile, trackEval } from '../../lib/index.js';
import { resetWarnings } from '../../lib/support/warnings.js';
import { startTracking, type Tracking } from '../fixtures/tracking.js';

const EVERY: readonly Thenables[] = ['ignore', 'promises', 'follow'];

/** Follows a call; `outcomes` fills as it ends. */
function followed<T>(run: () => T, follower: Partial<Follower> = {}): { value: T; outcomes: Outcome[] } {
  const outcomes: Outcome[] = [];
  const value = follow(run, { ended: (outcome) => outcomes.push(outcome), ...follower });
  return { value, outcomes };
}

/** An object whose `then` throws when it is read. */
function trap() {
  return {
    read: 0,
    // biome-ignore lint/suspicious/noThenProperty: such objects are what is tested
    get then(): never {
      this.read += 1;
      throw new Error('nobody may read this');
    },
  };
}

async function unhandledDuring(run: () => unknown): Promise<readonly unknown[]> {
  const reasons: unknown[] = [];
  const others = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', (reason) => reasons.push(reason));
  try {
    await run();
    await new Promise((resolve) => setTimeout(resolve, 20));
  } finally {
    process.removeAllListeners('unhandledRejection');
    for (const listener of others) process.on('unhandledRejection', listener);
  }
  return reasons;
}

describe('a followed call', () => {
  for (const thenables of EVERY) {
    describe(`(thenables: ${thenables})`, () => {
      it('returns its value or throws its error, and tells', () => {
        const value = { plain: true };
        expect(followed(() => value, { thenables })).to.deep.equal({ value, outcomes: [{ failed: false, value }] });
        const error = new Error('mine');
        const outcomes: Outcome[] = [];
        const run = () =>
          follow(
            () => {
              throw error;
            },
            { thenables, ended: (outcome) => outcomes.push(outcome) },
          );
        expect(run).to.throw(error);
        expect(outcomes).to.deep.equal([{ failed: true, error }]);
      });

      it('gives a promise that settles the same way, once the end was told, with what it carries', async () => {
        const cancel = () => undefined;
        const kept = followed(() => Object.assign(Promise.resolve(1), { cancel }), { thenables });
        expect(kept.value).to.be.instanceOf(Promise);
        expect(kept.value.cancel).to.equal(cancel);
        expect(await kept.value).to.equal(1);
        expect(kept.outcomes).to.deep.equal([{ failed: false, value: 1 }]);
      });

      it('leaves a rejection that nobody handles unhandled, exactly once', async () => {
        const error = new Error('nobody handles it');
        const outcomes: Outcome[] = [];
        const reasons = await unhandledDuring(() => {
          void follow(() => Promise.reject(error), { thenables, ended: (outcome) => outcomes.push(outcome) });
        });
        expect(reasons).to.deep.equal([error]);
        expect(outcomes).to.deep.equal([{ failed: true, error }]);
      });

      it('hands on an object whose then throws when it is read', async () => {
        const object = trap();
        const reasons = await unhandledDuring(() => {
          const { value, outcomes } = followed(() => object, { thenables });
          expect(value).to.equal(object);
          expect(outcomes.map(({ failed }) => failed)).to.deep.equal([false]);
        });
        expect(reasons).to.deep.equal([]);
        expect(object.read).to.equal(thenables === 'follow' ? 1 : 0);
      });

      it('hands on a promise whose own then throws when it is read', async () => {
        const promise = Object.defineProperty(Promise.resolve(1), 'then', {
          get: () => {
            throw new Error('nobody may read this');
          },
        });
        const { value, outcomes } = followed(() => promise, { thenables });
        expect(value).to.equal(promise);
        expect(outcomes).to.deep.equal([{ failed: false, value: promise, unobserved: true }]);
      });
    });
  }

  it('follows a subclass of Promise through its own then, or leaves it', async () => {
    class Query extends Promise<number> {
      asked = 0;
      // biome-ignore lint/suspicious/noThenProperty: a promise of a class of its own
      override then<A, B>(...args: Parameters<Promise<number>['then']>): Promise<A | B> {
        this.asked += 1;
        return super.then(...args) as Promise<A | B>;
      }
    }
    const { value, outcomes } = followed(() => Query.resolve(1) as Query);
    expect(value).to.be.instanceOf(Query);
    expect(await value).to.equal(1);
    expect(outcomes).to.deep.equal([{ failed: false, value: 1 }]);
    const left = Query.resolve(1) as Query;
    expect(followed(() => left, { thenables: 'ignore' }).value).to.equal(left);
    expect(left.asked).to.equal(0);
  });

  it('leaves a thenable, or stands in for it and asks it when the caller does', async () => {
    let asked = 0;
    const lazy = {
      // biome-ignore lint/suspicious/noThenProperty: a lazy query
      then(fulfilled: (value: number) => void) {
        asked += 1;
        fulfilled(5);
      },
    };
    for (const thenables of ['ignore', 'promises'] as const) {
      const { value, outcomes } = followed(() => lazy, { thenables });
      expect(value).to.equal(lazy);
      expect(outcomes).to.deep.equal([{ failed: false, value: lazy, unobserved: true }]);
    }
    const { value, outcomes } = followed(() => lazy, { thenables: 'follow' });
    expect([asked, outcomes]).to.deep.equal([0, []]);
    expect(await value).to.equal(5);
    expect([asked, outcomes]).to.deep.equal([1, [{ failed: false, value: 5 }]]);
  });

  it('stands in for a thenable that rejects, or whose then throws once it is asked', async () => {
    const error = new Error('no');
    let reads = 0;
    const fickle = {
      // biome-ignore lint/suspicious/noThenProperty: such objects are what is tested
      get then() {
        reads += 1;
        if (reads > 1) throw error;
        return () => undefined;
      },
    };
    const rejecting = {
      // biome-ignore lint/suspicious/noThenProperty: such objects are what is tested
      then: (_fulfilled: unknown, rejected: (reason: unknown) => void) => rejected(error),
    };
    for (const thenable of [fickle, rejecting]) {
      const { value, outcomes } = followed(() => thenable as PromiseLike<unknown>, { thenables: 'follow' });
      const caught = await (async () => value)().catch((reason: unknown) => reason);
      expect(caught).to.equal(error);
      expect(outcomes).to.deep.equal([{ failed: true, error }]);
    }
  });

  it('runs in its frame exactly once, even if the frame fails', () => {
    let calls = 0;
    const { value } = followed(() => ++calls, {
      within: () => {
        throw new Error('no frame');
      },
    });
    expect([value, calls]).to.deep.equal([1, 1]);
  });

  it('ends with its generator, whose last chunk stands for a result that it does not return', () => {
    function* counting(result?: string) {
      yield 1;
      yield 2;
      return result;
    }
    for (const [result, expected] of [
      ['done', 'done'],
      [undefined, 2],
    ] as const) {
      const { value, outcomes } = followed(() => counting(result), { steps: generatorSteps });
      expect([value.next().value, value.next().value, outcomes.length]).to.deep.equal([1, 2, 0]);
      value.next();
      value.next();
      expect(outcomes).to.deep.equal([{ failed: false, value: expected }]);
    }
  });

  it('ends as cancelled with a generator or a stream that is left', async () => {
    const generator = followed(() => (async function* () {})(), { steps: () => ({}) });
    await generator.value.return(undefined);
    const stream = followed(() => new ReadableStream({ start: (all) => all.enqueue(1) }), { steps: () => ({}) });
    await stream.value.cancel();
    for (const { outcomes } of [generator, stream])
      expect(outcomes).to.deep.equal([{ failed: false, cancelled: true }]);
  });

  it('follows a generator once more, outside of what follows it, unless it is to be followed once', () => {
    const order: string[] = [];
    const steps = (name: string, skipIfFollowed?: boolean) => () => ({
      ...(skipIfFollowed ? { skipIfFollowed } : {}),
      within: <T>(step: () => T): T => {
        order.push(name);
        return step();
      },
    });
    const inner = followed(() => [1].values() as Generator<number>, { steps: steps('inner') });
    const outer = followed(() => inner.value, { steps: steps('outer') });
    const third = followed(() => inner.value, { steps: steps('third', true) });
    expect(outer.value).to.equal(inner.value);
    for (const _ of outer.value);
    expect(order).to.deep.equal(['outer', 'inner', 'outer', 'inner']);
    expect([inner, outer, third].map(({ outcomes }) => outcomes.length)).to.deep.equal([1, 1, 0]);
  });
});

describe('what is wrong with the follower', () => {
  let tracking: Tracking;

  beforeEach(() => {
    resetWarnings();
    tracking = startTracking({ journal: false, silent: true });
  });

  afterEach(() => tracking.stop());

  it('is one warning with code, what failed and stack, and never reaches the caller', async () => {
    const ended = () => {
      throw new Error('broken inside');
    };
    expect(follow(() => 1, { ended })).to.equal(1);
    expect(await follow(() => Promise.resolve(2), { ended })).to.equal(2);
    await tracking.seen.settled();
    const [warning, ...more] = tracking.seen.of('onWarning');
    expect(more).to.deep.equal([]);
    expect(warning?.data.code).to.equal('AXL_INTERNAL');
    expect(warning?.data.message).to.match(/^recording the end of a call failed: broken inside\. /);
    expect(JSON.stringify(warning?.data.data)).to.include('follow.spec');
  });

  it('a decorated method may return an object whose then throws when it is read', async () => {
    const object = trap();
    const optimizer = trackCompile({ compile: () => object });
    const evaluator = trackEval({ evaluate: () => object });
    const reasons = await unhandledDuring(() => {
      expect(optimizer.compile()).to.equal(object);
      expect(evaluator.evaluate()).to.equal(object);
    });
    expect(reasons).to.deep.equal([]);
    expect(object.read).to.equal(0);
    await tracking.seen.settled();
    expect(tracking.seen.of('onCompileEnd')).to.have.length(1);
    expect(tracking.seen.of('onEvalEnd')).to.have.length(1);
  });
});
