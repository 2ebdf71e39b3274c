import { getEventListeners } from 'node:events';
import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { EvaluationError } from '../../../lib/capture/evaluate/evaluate.js';
import { AutologError, Evaluate } from '../../../lib/index.js';

interface Question {
  readonly n: number;
}

const devset: readonly Question[] = Array.from({ length: 6 }, (_, n) => ({ n }));
const double = async ({ n }: Question) => ({ answer: n * 2 });
const half = ({ prediction, example }: { prediction: { answer?: number }; example: Question }) =>
  prediction.answer === example.n * 2 ? 0.5 : 0;

/** What a promise is rejected with. */
async function rejection(promise: Promise<unknown>): Promise<EvaluationError> {
  const value: unknown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(value).to.be.instanceOf(AutologError);
  return value as EvaluationError;
}

describe('Evaluate', () => {
  it('gives the mean in the metric’s own unit and the results in order', async () => {
    const { score, results } = await new Evaluate({ devset, metric: half }).evaluate(double);
    expect(score).to.equal(0.5);
    expect(results.map(({ index }) => index)).to.deep.equal([0, 1, 2, 3, 4, 5]);
    expect(results.map(({ prediction }) => prediction?.answer)).to.deep.equal([0, 2, 4, 6, 8, 10]);
    for (const [i, row] of results.entries()) {
      expect(row.example).to.equal(devset[i]);
      expect(row.durationMs).to.be.at.least(0);
      expect('error' in row).to.equal(false);
    }
  });

  it('for any devset, width and duration: order, number in flight, one call an example, mean of the scores', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({ score: fc.double({ min: -5, max: 5, noNaN: true }), turns: fc.nat(6), fails: fc.boolean() }),
          {
            minLength: 1,
            maxLength: 20,
          },
        ),
        fc.integer({ min: 1, max: 8 }),
        fc.double({ min: -1, max: 1, noNaN: true }),
        async (examples, numThreads, failureScore) => {
          let inFlight = 0;
          let most = 0;
          const asked: unknown[] = [];
          const program = async (example: (typeof examples)[number]) => {
            asked.push(example);
            inFlight += 1;
            most = Math.max(most, inFlight);
            for (let i = 0; i < example.turns; i++) await Promise.resolve();
            inFlight -= 1;
            if (example.fails) throw new Error('failed');
            return example.score;
          };
          const evaluator = new Evaluate<(typeof examples)[number], number>({
            devset: examples,
            metric: ({ prediction }) => prediction,
            numThreads,
            failureScore,
            maxErrors: Infinity,
          });
          const { score, results } = await evaluator.evaluate(program);
          const expected = examples.map((example) => (example.fails ? failureScore : example.score));
          expect(results.map((row) => row.score)).to.deep.equal(expected);
          expect(score).to.be.closeTo(expected.reduce((a, b) => a + b, 0) / expected.length, 1e-9);
          expect(asked).to.deep.equal(examples);
          expect(most).to.be.at.most(numThreads);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('keeps numThreads examples in flight', async () => {
    let inFlight = 0;
    let most = 0;
    await new Evaluate({ devset, metric: () => 1, numThreads: 4 }).evaluate(async () => {
      inFlight += 1;
      most = Math.max(most, inFlight);
      await new Promise((resolve) => setImmediate(resolve));
      inFlight -= 1;
      return {};
    });
    expect(most).to.equal(4);
  });

  it('runs ax-like programs with the ai, the example itself and the options', async () => {
    const ai = { chat: () => undefined } as never;
    const calls: unknown[][] = [];
    const program = {
      own: 1,
      forward(...args: unknown[]) {
        calls.push([this, ...args]);
        return { answer: 0 };
      },
    };
    await new Evaluate({ devset: devset.slice(0, 1), metric: () => true }).evaluate(program, {
      ai,
      forwardOptions: { maxRetries: 1 },
    });
    const [self, gotAi, example, options] = calls[0] ?? [];
    expect([self, gotAi, example]).to.deep.equal([program, ai, devset[0]]);
    expect(example).to.equal(devset[0]);
    expect(options).to.deep.include({ maxRetries: 1 });
  });

  it('takes numbers, booleans, scores with feedback, and objectives', async () => {
    const said = [true, false, 0.25, { score: 0.5, feedback: 'so so' }, { exact: 0, close: 1 }, { score: true }];
    const { score, scores, results } = await new Evaluate({
      devset,
      metric: ({ example }) => said[example.n] as number,
    }).evaluate(double);
    expect(results.map((row) => row.score)).to.deep.equal([1, 0, 0.25, 0.5, 0.5, 1]);
    expect(results[3]?.feedback).to.equal('so so');
    expect(results[4]?.scores).to.deep.equal({ exact: 0, close: 1 });
    expect(scores).to.deep.equal({ exact: 0, close: 1 });
    expect(score).to.be.closeTo(3.25 / 6, 1e-12);
  });

  it('keeps each error with its cause, says whose it is, and scores it failureScore', async () => {
    const own = new TypeError('the model is gone');
    const { score, results } = await new Evaluate({
      devset: devset.slice(0, 3),
      metric: ({ example }) => (example.n === 1 ? (undefined as never) : 1),
      failureScore: -1,
    }).evaluate(async (example: Question) => {
      if (example.n === 0) throw own;
      return { answer: example.n };
    });
    expect(score).to.be.closeTo(-1 / 3, 1e-12);
    expect(results[0]?.error?.message).to.include('example 0: the program failed: the model is gone');
    expect(results[0]?.error?.cause).to.equal(own);
    expect(results[0]?.prediction).to.equal(undefined);
    expect(results[1]?.error?.message).to.include('the metric failed');
    expect((results[1]?.error?.cause as AutologError | undefined)?.code).to.equal('AXL_EVAL_METRIC');
    expect(results[1]?.prediction).to.deep.equal({ answer: 1 });
    expect(results[2]?.score).to.equal(1);
  });

  it('gives up after more than maxErrors errors, with the causes and what was done', async () => {
    const many = Array.from({ length: 30 }, (_, n) => ({ n }));
    let calls = 0;
    const failing = async ({ n }: Question) => {
      calls += 1;
      throw new Error(`broken ${n}`);
    };
    const error = await rejection(new Evaluate({ devset: many, metric: () => 1 }).evaluate(failing));
    expect(error.code).to.equal('AXL_EVAL_TOO_MANY_ERRORS');
    expect(calls).to.equal(11);
    expect(error.results).to.have.length(11);
    expect((error.cause as AggregateError).errors).to.have.length(11);
    expect(((error.cause as AggregateError).errors[0] as Error).message).to.include('broken 0');
    const exact = await new Evaluate({ devset: many, metric: () => 1, maxErrors: 30 }).evaluate(failing);
    expect(exact.score).to.equal(0);
    const none = await rejection(new Evaluate({ devset: many, metric: () => 1, maxErrors: 0 }).evaluate(failing));
    expect(none.results).to.have.length(1);
  });

  it('aborts at once, tells the calls in flight, starts nothing new and keeps what was done', async () => {
    const controller = new AbortController();
    const started: number[] = [];
    const told: unknown[] = [];
    const program = ({ n }: Question, { abortSignal }: { abortSignal: AbortSignal }) => {
      started.push(n);
      if (n < 2) return { answer: n };
      abortSignal.addEventListener('abort', () => told.push(abortSignal.reason));
      if (n === 3) queueMicrotask(() => controller.abort('enough'));
      return new Promise(() => undefined);
    };
    const error = await rejection(
      new Evaluate({ devset, metric: () => 1, numThreads: 2, abortSignal: controller.signal }).evaluate(program),
    );
    expect(error.code).to.equal('AXL_EVAL_ABORTED');
    expect(error).to.be.instanceOf(EvaluationError);
    expect(error.cause).to.equal('enough');
    expect(error.results.map(({ index }) => index)).to.deep.equal([0, 1]);
    expect(started).to.deep.equal([0, 1, 2, 3]);
    expect(told).to.deep.equal(['enough', 'enough']);
  });

  it('lets go of the signal when it is done', async () => {
    const { signal } = new AbortController();
    await new Evaluate({ devset, metric: half, abortSignal: signal }).evaluate(double);
    expect(getEventListeners(signal, 'abort')).to.have.length(0);
  });

  it('an aborted signal starts nothing', async () => {
    let calls = 0;
    const error = await rejection(
      new Evaluate({ devset, metric: () => 1 }).evaluate(() => ++calls, { abortSignal: AbortSignal.abort() }),
    );
    expect([error.code, calls, error.results.length]).to.deep.equal(['AXL_EVAL_ABORTED', 0, 0]);
  });

  it('takes any iterable, also one that can be used only once, and options per call', async () => {
    function* once() {
      yield* devset;
    }
    const evaluator = new Evaluate({ devset: once(), metric: half });
    expect((await evaluator.evaluate(double)).results).to.have.length(6);
    expect((await evaluator.evaluate(double)).results).to.have.length(6);
    const other = await evaluator.evaluate(double, { devset: new Set([{ n: 1 }]), metric: () => 7, numThreads: 2 });
    expect([other.score, other.results.length]).to.deep.equal([7, 1]);
  });

  it('bad input is a coded error that says what came', async () => {
    const untyped = Evaluate as unknown as new (options?: unknown) => Evaluate;
    const made: [unknown, string, string][] = [
      [{ numThreads: 0 }, 'AXL_BAD_OPTIONS', 'got 0 (number)'],
      [{ numThreads: 1.5 }, 'AXL_BAD_OPTIONS', 'got 1.5 (number)'],
      [{ maxErrors: -1 }, 'AXL_BAD_OPTIONS', 'got -1 (number)'],
      [{ failureScore: Number.NaN }, 'AXL_BAD_OPTIONS', 'NaN'],
      [{ displayTable: 'yes' }, 'AXL_BAD_OPTIONS', "'yes'"],
      [{ abortSignal: {} }, 'AXL_BAD_OPTIONS', 'got an empty object'],
      [{ num_threads: 2 }, 'AXL_BAD_OPTIONS', 'num_threads'],
      ['x', 'AXL_BAD_OPTIONS', "'x'"],
      [{ devset: 'abc' }, 'AXL_EVAL_DEVSET', "'abc'"],
      [{ devset: 3 }, 'AXL_EVAL_DEVSET', 'got 3 (number)'],
      [{ metric: 'f1' }, 'AXL_EVAL_METRIC', "'f1'"],
    ];
    for (const [options, code, text] of made) {
      expect(() => new untyped(options))
        .to.throw(AutologError)
        .that.satisfies((error: AutologError) => error.code === code && error.message.includes(text));
    }
    const evaluator = new untyped();
    const calls: [unknown, unknown, string][] = [
      [double, { metric: half }, 'AXL_EVAL_DEVSET'],
      [double, { metric: half, devset: [] }, 'AXL_EVAL_DEVSET'],
      [double, { devset }, 'AXL_EVAL_METRIC'],
      [{}, { devset, metric: half }, 'AXL_BAD_OPTIONS'],
      [null, { devset, metric: half }, 'AXL_BAD_OPTIONS'],
      [double, { devset, metric: half, threads: 2 }, 'AXL_BAD_OPTIONS'],
    ];
    for (const [program, call, code] of calls) {
      expect((await rejection(evaluator.evaluate(program as never, call as never))).code).to.equal(code);
    }
  });
});
