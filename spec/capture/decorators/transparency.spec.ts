import { expect } from 'chai';
import fc from 'fast-check';
import { after, before, describe, it } from 'mocha';
import { trackCompile, trackEval, trackTrial } from '../../../lib/index.js';
import { autolog } from '../../../lib/setup/autolog.js';
import { tracker } from '../../../lib/track/tracker.js';
import { startTracking, type Tracking } from '../../fixtures/tracking.js';

type Anything = (this: unknown, ...args: unknown[]) => unknown;

/** How a method behaves, as data. */
interface Behaviour {
  readonly form: 'sync' | 'async' | 'generator' | 'asyncGenerator' | 'thenable' | 'promiseLater';
  readonly outcome: 'returns' | 'throws';
  readonly value: unknown;
  readonly yields: readonly unknown[];
}

interface Called {
  readonly self: unknown;
  readonly args: readonly unknown[];
}

/** A method of that behaviour that notes how it is called. */
function methodOf({ form, outcome, value, yields }: Behaviour, calls: Called[]): Anything {
  const end = () => {
    if (outcome === 'throws') throw value;
    return value;
  };
  const forms: Record<Behaviour['form'], Anything> = {
    sync(...args) {
      calls.push({ self: this, args });
      return end();
    },
    async async(...args) {
      calls.push({ self: this, args });
      await null;
      return end();
    },
    *generator(...args) {
      calls.push({ self: this, args });
      yield* yields;
      return end();
    },
    async *asyncGenerator(...args) {
      calls.push({ self: this, args });
      yield* yields;
      return end();
    },
    thenable(...args) {
      calls.push({ self: this, args });
      // biome-ignore lint/suspicious/noThenProperty: a foreign thenable is what is tested
      return { then: () => calls.push({ self: 'then was called', args: [] }), value };
    },
    promiseLater(...args) {
      calls.push({ self: this, args });
      return new Promise((resolve, reject) => setImmediate(outcome === 'throws' ? reject : resolve, value));
    },
  };
  return forms[form];
}

/** Everything a caller can see of one call. Values stand for themselves, so identity is compared. */
async function observe(method: Anything, self: unknown, args: unknown[], form: Behaviour['form']): Promise<unknown[]> {
  const seen: unknown[] = [method.name, method.length];
  try {
    const result = Reflect.apply(method, self, args);
    if (form === 'thenable') seen.push('thenable', Object.keys(result as object));
    else if (form === 'generator' || form === 'asyncGenerator') {
      const generator = result as AsyncGenerator<unknown, unknown>;
      seen.push(Object.prototype.toString.call(generator), Object.keys(generator));
      for (let step = await generator.next(); ; step = await generator.next()) {
        seen.push(step.done, step.value);
        if (step.done) break;
      }
    } else seen.push(result instanceof Promise ? 'promise' : 'value', await (result as Promise<unknown>));
  } catch (error) {
    seen.push('threw', error);
  }
  return seen;
}

const anyValue = fc.oneof(
  fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true }),
  fc.constant(new Error('an error')),
  fc.constant(Object.assign(new Error('given up'), { name: 'AbortError' })),
  fc.constant({ score: 0.5, results: [{ example: 1, prediction: 2, score: 0.5 }, [1, 2, 3], null, 'x'] }),
  fc.constant({
    get score() {
      throw new Error('a getter of the user');
    },
  }),
  fc.constant(new Proxy({}, { get: () => 7 })),
  fc.constant(Object.freeze({ bestScore: 1, demos: [], optimizedProgram: {} })),
);

/** Whatever has a `then` is a different value once it is awaited, with and without tracking. */
const plainValue = anyValue.filter((value) => {
  try {
    return typeof (value as { then?: unknown } | null)?.then !== 'function';
  } catch {
    return true;
  }
});

const behaviour: fc.Arbitrary<Behaviour> = fc.record({
  form: fc.constantFrom('sync', 'async', 'generator', 'asyncGenerator', 'thenable', 'promiseLater'),
  outcome: fc.constantFrom('returns', 'throws'),
  value: plainValue,
  yields: fc.array(fc.oneof(fc.integer(), fc.string()), { maxLength: 3 }),
});

async function behavesAlike(): Promise<void> {
  const decorators = { compile: trackCompile, evaluate: trackEval, score: trackTrial };
  await fc.assert(
    fc.asyncProperty(
      behaviour,
      fc.array(anyValue, { maxLength: 4 }),
      fc.constantFrom('compile' as const, 'evaluate' as const, 'score' as const),
      async (is, args, name) => {
        const plainCalls: Called[] = [];
        const trackedCalls: Called[] = [];
        const self = { marker: 1 };
        const holder = { [name]: methodOf(is, trackedCalls) } as Record<typeof name, Anything>;
        Object.defineProperty(holder[name], 'name', { value: is.form });
        (decorators[name] as typeof trackTrial)(holder, { method: name });
        const plain = methodOf(is, plainCalls);
        const expected = await observe(plain, self, args, is.form);
        const actual = await observe(holder[name], self, args, is.form);
        expect(actual.length).to.equal(expected.length);
        // The thenables differ, because each call makes its own.
        for (const [i, value] of expected.entries()) {
          if (Array.isArray(value)) expect(actual[i]).to.deep.equal(value);
          else expect(Object.is(actual[i], value)).to.equal(true);
        }
        expect(trackedCalls).to.have.length(1);
        expect(trackedCalls[0]?.self).to.equal(self);
        expect(trackedCalls[0]?.args).to.have.length(args.length);
        for (const [i, arg] of args.entries()) expect(Object.is(trackedCalls[0]?.args[i], arg)).to.equal(true);
      },
    ),
    { numRuns: 300 },
  );
}

describe('a decorated method behaves as the bare one: value, error, this, arguments, number of calls', function () {
  this.timeout(60_000);

  describe('with tracking off', () => {
    before(() => autolog({ disable: true }));
    it('for any method', behavesAlike);
  });

  describe('with tracking on and no sink', () => {
    let tracking: Tracking;
    before(() => {
      tracking = startTracking({ journal: false, silent: true });
      autolog({ journal: false, silent: true, sinks: [] });
      expect(tracker.on).to.equal(true);
    });
    after(() => tracking.stop());
    it('for any method', behavesAlike);
  });

  describe('with a sink and the journal', () => {
    let tracking: Tracking;
    before(() => {
      tracking = startTracking({ silent: true });
    });
    after(() => tracking.stop());
    it('for any method', behavesAlike);
  });

  describe('with sinks that throw, reject or change what they get', () => {
    let tracking: Tracking;
    before(() => {
      const bad = {
        onRunStart: () => {
          throw new Error('a sink');
        },
        onTrialEnd: () => Promise.reject(new Error('a sink')),
        onExampleEnd: (event: object) => Object.assign(event, { data: null }),
      };
      tracking = startTracking({ silent: true, journal: false, sinks: [{ name: 'bad', ...bad }] });
    });
    after(() => tracking.stop());
    it('for any method', behavesAlike);
  });
});
