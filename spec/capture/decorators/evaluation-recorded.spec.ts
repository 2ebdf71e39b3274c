import { AxMockAIService, ax } from '@ax-llm/ax';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { trackCompile, trackEval, trackTrial } from '../../../lib/index.js';
import { startTracking, type Tracking } from '../../fixtures/tracking.js';
import { examples, metric, mockAI, pick } from './support/questions.js';

describe('what a decorated class records', () => {
  let tracking: Tracking;

  beforeEach(() => {
    tracking = startTracking({ journal: false });
  });

  afterEach(() => tracking.stop());

  describe('of an evaluation', () => {
    async function results() {
      await tracking.seen.settled();
      return tracking.seen.of('onExampleEnd').map(({ data }) => data);
    }

    it('rows of objects and tuples, with feedback, objectives and errors', async () => {
      const evaluator = trackEval({
        evaluate: async (_program: unknown, _devset: unknown) => ({
          score: 50,
          results: [
            { example: examples[0], prediction: { answer: '2' }, score: true, feedback: 'right' },
            [examples[1], { answer: '5' }, 0],
            { example: examples[2], prediction: null, scores: { exact: 0, close: 1 }, score: 0.5 },
            { example: 'x', score: 0, error: new Error('no answer') },
          ],
        }),
      });
      await evaluator.evaluate(undefined, examples);
      const rows = await results();
      expect(rows.map(({ index, score }) => [index, score])).to.deep.equal([
        [0, 1],
        [1, 0],
        [2, 0.5],
        [3, 0],
      ]);
      expect(rows[0]?.feedback).to.equal('right');
      expect(rows[2]?.scores).to.deep.equal({ exact: 0, close: 1 });
      expect(rows[3]?.error?.message).to.equal('no answer');
      expect(tracking.seen.of('onEvalStart')[0]?.data.devset?.size).to.equal(3);
      expect(tracking.seen.of('onEvalEnd')[0]?.data.score).to.equal(0.375);
    });

    it('unusual return values, by the options score and results', async () => {
      class Evaluator {
        @trackEval({ score: pick('mean'), results: rowsOf })
        judge() {
          return { mean: 0.4, all: { a: 0.3, b: 0.5 } };
        }
      }
      new Evaluator().judge();
      expect((await results()).map(({ example, score }) => [example, score])).to.deep.equal([
        ['a', 0.3],
        ['b', 0.5],
      ]);
    });

    it('the devset of this, the metric key of the options (DSPy: callback_metadata), own label', async () => {
      class Evaluator {
        readonly devset = examples;
        @trackEval({ label: 'Judge' })
        evaluate(_program: unknown, _options?: object) {
          return 0.5;
        }
      }
      const evaluator = new Evaluator();
      evaluator.evaluate({}, { metricKey: 'eval_dev' });
      evaluator.evaluate({}, { callback_metadata: { metric_key: 'eval_test' } });
      evaluator.evaluate({});
      await tracking.seen.settled();
      const starts = tracking.seen.of('onEvalStart').map(({ data }) => data);
      expect(starts.map(({ key }) => key)).to.deep.equal(['eval_dev', 'eval_test', 'eval']);
      expect(starts[0]?.devset?.size).to.equal(3);
      expect(starts[0]?.evaluator).to.equal('Judge');
    });

    it('without results, the runs of the program that were seen, at their place in the devset', async () => {
      const program = ax('question:string -> answer:string');
      const judge = ax('answer:string -> verdict:string');
      const ai = mockAI();
      class Evaluator {
        @trackEval()
        async evaluate(p: typeof program, devset: typeof examples) {
          for (const example of devset.toReversed()) {
            await p.forward(ai, example);
            await judge.forward(ai, { answer: 'x' }).catch(() => undefined);
          }
          return 0.25;
        }
      }
      expect(await new Evaluator().evaluate(program, examples)).to.equal(0.25);
      const rows = await results();
      expect(rows.map(({ index }) => index)).to.deep.equal([2, 1, 0]);
      expect(rows.map(({ example }) => (example as { question: string }).question)).to.deep.equal([
        '3 + 3',
        '2 + 2',
        '1 + 1',
      ]);
      expect(rows[0]?.prediction).to.deep.equal({ answer: '2' });
      expect(tracking.seen.of('onEvalEnd')[0]?.data).to.deep.include({
        score: 0.25,
        exampleScores: [null, null, null],
      });
    });

    it('an example that is run several times is one example, with its last run, and takes no other one’s place', async () => {
      let calls = 0;
      const ai = new AxMockAIService<string>({
        features: { functions: false, streaming: false },
        chatResponse: async () => {
          calls += 1;
          return { results: [{ index: 0, content: `Answer: ${calls}`, finishReason: 'stop' as const }] };
        },
      });
      const program = ax('question:string -> answer:string');
      const evaluator = trackEval({
        async evaluate(p: typeof program, devset: readonly { question: string }[]) {
          await p.forward(ai, { question: 'warm-up' });
          for (const example of devset) for (let vote = 0; vote < 3; vote += 1) await p.forward(ai, example);
          return 1;
        },
      });
      await evaluator.evaluate(program, examples);
      expect((await results()).map(({ index, prediction }) => [index, prediction])).to.deep.equal([
        [0, { answer: '4' }],
        [1, { answer: '7' }],
        [2, { answer: '10' }],
        [3, { answer: '1' }],
      ]);
    });

    it('watchMetric: the method gets a metric that notes each score; each example is one event', async () => {
      const passed: unknown[] = [];
      class Evaluator {
        @trackEval({ watchMetric: true })
        async evaluate(_program: unknown, devset: typeof examples, how: typeof metric, options: { how?: unknown }) {
          passed.push(how, options);
          const all = await Promise.all(
            devset.map(async (example) => ({ example, score: how({ prediction: { answer: '4' }, example }) })),
          );
          return { score: 1 / 3, results: all };
        }
      }
      const options = { other: 1, how: metric };
      await new Evaluator().evaluate({}, examples, metric, options);
      expect(passed[0]).to.not.equal(metric);
      expect((passed[0] as typeof metric).name).to.equal('metric');
      expect(options.how).to.equal(metric);
      const rows = await results();
      expect(rows.map(({ index, score, prediction }) => [index, score, prediction])).to.deep.equal([
        [0, 0, { answer: '4' }],
        [1, 1, { answer: '4' }],
        [2, 0, { answer: '4' }],
      ]);
    });

    it('without watchMetric the method gets the very metric', () => {
      let got: unknown;
      trackEval({
        evaluate: (_p: unknown, _d: unknown, how: unknown) => {
          got = how;
          return 1;
        },
      }).evaluate({}, examples, metric);
      expect(got).to.equal(metric);
    });

    it('a trial takes program and candidate, devset, batch and examples as roles', async () => {
      const given = [
        { program: 1, examples: 0 },
        { candidate: 1, batch: 0 },
        { program: 1, devset: 'all' },
      ];
      const trials = given.map((roles) =>
        trackTrial({ evaluate: (x: unknown, y: unknown, z: unknown) => [x, y, z].length }, roles),
      );
      await trackCompile({
        compile: async (_program: unknown, _trainset: unknown) => {
          for (const trial of trials) trial.evaluate(examples.slice(0, 1), 'state', { all: examples.slice(0, 1) });
        },
      }).compile({}, examples);
      await tracking.seen.settled();
      const ends = tracking.seen.of('onTrialEnd').map(({ data }) => [data.candidate?.state, data.scope, data.n]);
      expect(ends).to.deep.equal(given.map(() => ['state', 'minibatch', 1]));
    });

    it('a trial inside a compile knows its candidate, batch, phase and key; outside it is an evaluation', async () => {
      class Optimizer {
        readonly batch = ['not this'];
        @trackCompile()
        compile(_program: unknown, trainset: typeof examples) {
          return this.score({ texts: { instruction: 'A' } }, trainset.slice(0, 2));
        }
        @trackTrial({ phase: 'minibatch of round' })
        score(_candidate: object, _some?: typeof examples) {
          return 0.5;
        }
      }
      new Optimizer().compile({}, examples);
      new Optimizer().score({ texts: {} });
      await tracking.seen.settled();
      const trial = tracking.seen.of('onTrialEnd')[0]?.data;
      expect(trial).to.deep.include({ scope: 'minibatch', phase: 'minibatch of round', n: 2, of: 3, score: 0.5 });
      expect(trial?.candidate?.texts).to.deep.equal({ instruction: 'A' });
      const alone = tracking.seen.of('onEvalStart')[0]?.data;
      expect(alone?.devset).to.equal(null);
    });
  });
});

function rowsOf(result: unknown) {
  const { all } = result as { readonly all: Record<string, number> };
  return new Map(Object.entries(all).map(([example, score]) => [example, [example, null, score] as const])).values();
}
