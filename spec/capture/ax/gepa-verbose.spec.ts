import * as ax from '@ax-llm/ax';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { count, expectSame, type Metric, seeds } from './support/held-against-log.js';
import { exact, percent, questions, twoPartProgram } from './support/scripted.js';
import { only } from './support/tracked.js';

const hard: Metric = ({ prediction, example }) => {
  if (percent('hard', example) < 25) throw new Error('cannot be scored');
  return exact({ prediction, example });
};

const several: Metric = ({ prediction, example }) => ({
  accuracy: exact({ prediction, example }),
  brevity: percent('brevity', prediction) / 100,
});

describe('trials of AxGEPA, held against its own verbose log', function () {
  this.timeout(120_000);

  it('are the same over 40 seeds, merges included', async () => {
    const outcomes = await expectSame(seeds(40), {});
    expect(count(outcomes, 'evaluation', 'merge subsample')).to.be.greaterThan(0);
    expect(count(outcomes, 'merge accepted')).to.be.greaterThan(0);
    expect(count(outcomes, 'accepted')).to.be.greaterThan(0);
    expect(count(outcomes, 'rejected')).to.be.greaterThan(0);
  });

  it('are the same with a validation set, a Pareto set that is smaller, and feedback examples', async () => {
    await expectSame(seeds(6), {
      args: { paretoSetSize: 6 },
      options: () => ({
        validationExamples: questions(9, 100),
        feedbackExamples: [...questions(5), ...questions(3, 50)],
      }),
    });
  });

  it('are the same with examples that are in the set more than once, merges included', async () => {
    const some = questions(9);
    const validationExamples = [...some, ...some.slice(0, 3)];
    const outcomes = await expectSame(seeds(40), { options: () => ({ validationExamples, maxMetricCalls: 250 }) });
    expect(count(outcomes, 'evaluation', 'merge subsample')).to.be.greaterThan(0);
  });

  it('are the same with early stopping', async () => {
    const outcomes = await expectSame(seeds(10), { args: { earlyStoppingTrials: 2 } });
    expect(count(outcomes, 'early stop')).to.be.greaterThan(0);
  });

  it('are the same whenever maxMetricCalls is exhausted', async () => {
    for (let calls = 10; calls <= 60; calls += 1) {
      await expectSame([calls % 7], { options: () => ({ maxMetricCalls: calls }) });
    }
  });

  it('are the same when the budget is too small for the first evaluation', async () => {
    const [outcome] = await expectSame([1], { options: () => ({ maxMetricCalls: 9 }) });
    expect(String(outcome?.error)).to.contain('too small');
    expect(only(outcome?.events ?? [], 'onTrialStart')).to.have.length(0);
    expect(only(outcome?.events ?? [], 'onCompileEnd')[0]?.data.status).to.equal('failed');
  });

  it('are the same with a metric that throws on some examples', async () => {
    const outcomes = await expectSame(seeds(8), { metric: hard });
    const errors = outcomes
      .flatMap((one) => only(one.events, 'onTrialEnd'))
      .reduce((sum, end) => sum + end.data.errors, 0);
    expect(errors).to.be.greaterThan(0);
  });

  it('are the same with a metric that answers no number, and with asynchronous ones', async () => {
    const odd: Metric = ({ prediction, example }) =>
      [exact({ prediction, example }), 'good', Number.NaN, null, Promise.resolve(1)][percent('odd', example) % 5];
    await expectSame(seeds(5), { metric: odd });
  });

  it('are the same when the program itself fails on some examples', async () => {
    await expectSame(seeds(6), {
      script: { fails: (prompt) => /number [37]\b/.test(prompt) && !prompt.includes('Component') },
    });
  });

  it('are the same with several objectives, by mean, by key and by a function', async () => {
    for (const options of [
      {},
      { paretoMetricKey: 'accuracy' },
      { paretoScalarize: (s: Record<string, number>) => (s.accuracy ?? 0) * 2 },
    ]) {
      const outcomes = await expectSame(seeds(5), { metric: several, options: () => options });
      const ends = only(outcomes[0]?.events ?? [], 'onTrialEnd');
      expect(ends.every((end) => Object.keys(end.data.scores ?? {}).join() === 'accuracy,brevity')).to.equal(true);
    }
  });

  it('are the same with several objectives and a metric that throws', async () => {
    const metric: Metric = (call) => (percent('throws', call.example) < 30 ? hard(call) : several(call));
    await expectSame(seeds(5), { metric, options: () => ({ paretoMetricKey: 'brevity' }) });
  });

  it('are the same when paretoScalarize throws in the middle', async () => {
    let calls = 0;
    const outcomes = await expectSame(seeds(4), {
      metric: several,
      options: (seed) => {
        calls = 0;
        return {
          paretoScalarize: (scores: Record<string, number>) => {
            calls += 1;
            if (calls > 15 + seed * 6) throw new Error('no scale');
            return scores.accuracy ?? 0;
          },
        };
      },
    });
    for (const { error, events } of outcomes) {
      expect(String(error)).to.contain('no scale');
      expect(only(events, 'onTrialEnd').at(-1)?.data.status).to.equal('failed');
    }
  });

  it('are the same without minibatches', async () => {
    await expectSame(seeds(6), { args: { minibatch: false }, options: () => ({ feedbackExamples: questions(4) }) });
  });

  it('are the same with the options that steer its decisions', async () => {
    await expectSame(seeds(4), { options: () => ({ skipPerfectScore: false }) });
    await expectSame(seeds(4), { options: () => ({ perfectScore: 0.5 }) });
    await expectSame(seeds(4), { args: { minImprovementThreshold: 0.5, tieEpsilon: 0.1 } });
    await expectSame(seeds(4), { args: { mergeMax: 0 } });
    await expectSame(seeds(2), { options: () => ({ auto: 'light' }), train: 18 });
  });

  it('are the same after a bootstrap, which is a phase of its own', async () => {
    for (const bootstrap of [true, { maxBootstrapDemos: 2 }, { maxBootstrapMetricCalls: 3, scoreThreshold: 2 }]) {
      const outcomes = await expectSame(seeds(5), { options: () => ({ bootstrap }), metric: hard });
      for (const { events } of outcomes) {
        const [first, second] = only(events, 'onTrialStart');
        expect(first?.data.phase).to.equal('bootstrap');
        expect(second?.data.phase).to.equal('initial Pareto evaluation');
        const stats = only(events, 'onCompileEnd')[0]?.data.result.stats as { totalCalls: number };
        expect(only(events, 'onExampleEnd').length).to.equal(stats.totalCalls);
      }
    }
  });

  it('are the same with an AxFlow of two nodes', async () => {
    const program = () => {
      const flow = ax
        .flow<{ question: string }, { answer: string }>()
        .node('think', '"Think about it." question:string -> plan:string')
        .node('say', '"Say it." question:string, plan:string -> answer:string')
        .execute('think', (state) => ({ question: (state as { question: string }).question }))
        .execute('say', (state) => {
          const { question, thinkResult } = state as unknown as { question: string; thinkResult: { plan: string } };
          return { question, plan: thinkResult.plan };
        })
        .map(
          (state) => ({ answer: (state as unknown as { sayResult: { answer: string } }).sayResult.answer }) as never,
        );
      flow.getId();
      return flow;
    };
    const outcomes = await expectSame(seeds(4), { program });
    const texts = only(outcomes[0]?.events ?? [], 'onTrialStart')[0]?.data.candidate?.texts ?? {};
    expect(Object.keys(texts).length).to.be.greaterThan(3);
  });

  it('are the same with a plain object as program, which is as it was afterwards', async () => {
    const inner = twoPartProgram(ax);
    const program = {
      getId: () => inner.getId(),
      getTraces: () => inner.getTraces(),
      setDemos: (demos: never) => inner.setDemos(demos),
      getOptimizableComponents: () => inner.getOptimizableComponents(),
      applyOptimizedComponents: (texts: never) => inner.applyOptimizedComponents(texts),
      forward: (ai: never, values: never, options: never) => inner.forward(ai, values, options),
    };
    const before = Object.getOwnPropertyDescriptors(program);
    await expectSame(seeds(3), { program: () => program });
    expect(Object.getOwnPropertyDescriptors(program)).to.deep.equal(before);
    expect(program.forward).to.equal(before.forward.value);
  });
});
