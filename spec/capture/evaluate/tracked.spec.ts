import { AxMockAIService, ax } from '@ax-llm/ax';
import { expect } from 'chai';
import { afterEach, describe, it } from 'mocha';
import { Evaluate, startRun, trackCompile, trackEval, trackTrial } from '../../../lib/index.js';
import { startTracking, type Tracking } from '../../fixtures/tracking.js';

interface Question {
  readonly n: number;
}

const devset: readonly Question[] = Array.from({ length: 4 }, (_, n) => ({ n }));
const metric = ({ example }: { example: Question }) => ({ score: example.n / 4, feedback: `n is ${example.n}` });
const answer = async ({ n }: Question) => {
  await new Promise((resolve) => setTimeout(resolve, 4 - n));
  if (n === 2) throw new Error('no answer');
  return { answer: n };
};

describe('a tracked Evaluate', () => {
  let tracking: Tracking;

  afterEach(() => tracking.stop());

  it('is an evaluation with its devset, settings, and each example as it is done', async () => {
    tracking = startTracking({ journal: false, logEvals: true });
    const evaluator = new Evaluate({ devset, metric, numThreads: 4, failureScore: 0 });
    const { score } = await evaluator.evaluate(answer, { metricKey: 'eval_dev' });
    await tracking.seen.settled();
    const { seen } = tracking;
    const start = seen.of('onEvalStart')[0]?.data;
    expect(start).to.deep.include({ evaluator: 'Evaluate', key: 'eval_dev', metric: 'metric' });
    expect(start?.devset?.size).to.equal(4);
    expect(start?.hyperparameters).to.deep.include({ numThreads: 4, maxErrors: 10, failureScore: 0 });
    const examples = seen.of('onExampleEnd').map(({ data }) => data);
    expect(examples.map(({ index }) => index)).to.have.members([0, 1, 2, 3]);
    expect(examples.map(({ index }) => index)).to.not.deep.equal([0, 1, 2, 3]);
    const failed = examples.find(({ index }) => index === 2);
    expect(failed?.score).to.equal(0);
    expect(failed?.error?.cause?.message).to.equal('no answer');
    expect(examples.find(({ index }) => index === 3)).to.deep.include({ score: 0.75, feedback: 'n is 3' });
    const end = seen.of('onEvalEnd')[0]?.data;
    expect(end).to.deep.include({ status: 'finished', score, exampleScores: [0, 0.25, 0, 0.75], errors: 1, n: 4 });
  });

  it('counts each call to its own evaluation, also in parallel', async () => {
    tracking = startTracking({ journal: false, logEvals: true });
    const makeAI = (tokens: number) =>
      new AxMockAIService({
        features: { functions: false, streaming: false },
        chatResponse: async () => {
          await new Promise((resolve) => setTimeout(resolve, tokens % 3));
          return {
            results: [{ index: 0, content: 'Answer: x', finishReason: 'stop' as const }],
            modelUsage: {
              ai: 'mock',
              model: 'm',
              tokens: { promptTokens: tokens, completionTokens: 0, totalTokens: tokens },
            },
          };
        },
      });
    const program = ax('question:string -> answer:string');
    const questions = ['a', 'b', 'c', 'd', 'e'].map((question) => ({ question }));
    const evaluator = new Evaluate({ devset: questions, metric: () => 1, numThreads: 3 });
    await Promise.all(
      [1, 10, 100].map((tokens) =>
        evaluator.evaluate(program, { ai: makeAI(tokens) as never, metricKey: `tokens_${tokens}` }),
      ),
    );
    await tracking.seen.settled();
    const ends = tracking.seen.of('onEvalEnd').map(({ data }) => [data.key, data.tokens.task?.total]);
    expect(ends.sort()).to.deep.equal([
      ['tokens_1', 5],
      ['tokens_10', 50],
      ['tokens_100', 500],
    ]);
  });

  it('is not tracked without logEvals, unless a subclass is decorated', async () => {
    tracking = startTracking({ journal: false });
    await new Evaluate({ devset, metric }).evaluate(answer);
    await tracking.seen.settled();
    expect(tracking.seen.of('onRunStart').map(({ data }) => data.kind)).to.deep.equal(['predictions']);
    expect(tracking.seen.of('onEvalStart')).to.have.length(0);
    expect(tracking.seen.of('onTraceEnd')).to.have.length(4);
    @trackEval()
    class Mine extends Evaluate<Question> {
      override async evaluate(...args: Parameters<Evaluate<Question>['evaluate']>) {
        return super.evaluate(...args);
      }
    }
    await new Mine({ devset, metric }).evaluate(answer);
    await tracking.seen.settled();
    expect(tracking.seen.of('onEvalStart').map(({ data }) => data.evaluator)).to.deep.equal(['Mine']);
    expect(tracking.seen.of('onExampleEnd')).to.have.length(4);
    expect(tracking.seen.of('onEvalEnd')).to.have.length(1);
  });

  it('is a trial inside a tracked compile, alone or inside a method that is the trial', async () => {
    tracking = startTracking({ journal: false });
    const object = trackCompile({
      compile: async (_program: unknown, trainset: readonly Question[]) => {
        await new Evaluate({ devset: trainset, metric }).evaluate(answer);
        const trial = trackTrial({
          evaluate: async (_candidate: string, batch: readonly Question[]) => {
            const { score } = await new Evaluate({ devset: batch, metric }).evaluate(answer);
            return score;
          },
        });
        await trial.evaluate('a candidate', trainset.slice(2));
      },
    });
    await object.compile({}, devset);
    await tracking.seen.settled();
    const trials = tracking.seen.of('onTrialEnd').map(({ data }) => data);
    expect(trials.map(({ scope, n, exampleScores }) => [scope, n, exampleScores])).to.deep.equal([
      ['full', 4, [0, 0.25, 0, 0.75]],
      ['minibatch', 2, [0, 0.75]],
    ]);
    expect(tracking.seen.of('onEvalStart')).to.have.length(0);
    expect(tracking.seen.of('onExampleEnd')).to.have.length(6);
  });

  it('is recorded once for each example inside a trial that is given no batch', async () => {
    tracking = startTracking({ journal: false, logEvals: true });
    const ai = new AxMockAIService({
      features: { functions: false, streaming: false },
      chatResponse: async () => ({ results: [{ index: 0, content: 'Answer: x', finishReason: 'stop' as const }] }),
    });
    const questions = ['a', 'b', 'a'].map((question) => ({ question }));
    const evaluator = new Evaluate({ devset: questions, metric: () => 0.5 });
    const search = trackCompile({
      async compile(program: ReturnType<typeof ax>) {
        const score = trackEval({
          evaluate: async () => (await evaluator.evaluate(program, { ai: ai as never })).score,
        });
        return score.evaluate();
      },
    });
    await search.compile(ax('question:string -> answer:string'));
    await tracking.seen.settled();
    expect(tracking.seen.of('onExampleEnd').map(({ data }) => data.score)).to.deep.equal([0.5, 0.5, 0.5]);
    expect(tracking.seen.of('onTrialEnd')[0]?.data.exampleScores).to.deep.equal([0.5, 0.5, 0.5]);
  });

  it('of a judge, inside a trial on other examples, adds none to the trial', async () => {
    tracking = startTracking({ journal: false });
    const judge = new Evaluate({ devset: [{ n: 100 }], metric: () => 1 });
    const trial = trackTrial({
      evaluate: async (_candidate: string, batch: readonly Question[]) => {
        await judge.evaluate(answer);
        return (await new Evaluate({ devset: batch, metric }).evaluate(answer)).score;
      },
    });
    await trackCompile({ compile: () => trial.evaluate('a candidate', devset.slice(0, 2)) }).compile();
    await tracking.seen.settled();
    expect(tracking.seen.of('onTrialEnd').map(({ data }) => data.exampleScores)).to.deep.equal([[0, 0.25]]);
  });

  it('that is aborted is cancelled, with the examples that were done', async () => {
    tracking = startTracking({ journal: false, logEvals: true });
    const controller = new AbortController();
    await startRun({ runName: 'mine' }, async () => {
      const evaluating = new Evaluate({ devset, metric, abortSignal: controller.signal }).evaluate(
        ({ n }: Question) => {
          if (n === 1) controller.abort();
          return { answer: n };
        },
      );
      await evaluating.catch(() => undefined);
    });
    await tracking.seen.settled();
    const end = tracking.seen.of('onEvalEnd')[0]?.data;
    expect(end?.status).to.equal('cancelled');
    expect(end?.exampleScores).to.deep.equal([0]);
    expect(end?.error?.code).to.equal('AXL_EVAL_ABORTED');
    expect(tracking.seen.of('onRunStart')).to.have.length(1);
  });
});
