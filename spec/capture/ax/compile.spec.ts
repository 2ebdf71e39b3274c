import * as ax from '@ax-llm/ax';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { trackCompile } from '../../../lib/index.js';
import { autolog } from '../../../lib/setup/autolog.js';
import { during, service } from './support/during.js';
import { recorder } from './support/lib.js';
import { exact, questions, twoPartProgram } from './support/scripted.js';
import { only } from './support/tracked.js';
import { quiet } from './support/verbose-log.js';

describe('a compile of ax', () => {
  it('says what it was set up with: real settings, options, services, datasets and the seed', async () => {
    const options = { maxMetricCalls: 30, auto: 'light' as const, validationExamples: questions(6, 50) };
    const events = await during(() =>
      new ax.AxGEPA({ studentAI: service(), teacherAI: service('teacher'), seed: 9 }).compile(
        twoPartProgram(ax),
        questions(8),
        exact,
        options,
      ),
    );
    const { data } = only(events, 'onCompileStart')[0] ?? expect.fail();
    expect(data.optimizer).to.equal('GEPA');
    expect(data.hyperparameters).to.include({
      seed: 9,
      numTrials: 10,
      minibatch: true,
      minibatchSize: 15,
      earlyStoppingTrials: 5,
      minImprovementThreshold: 0,
      sampleCount: 1,
      paretoSetSize: 60,
      crossoverEvery: 7,
      tieEpsilon: 0,
      feedbackMemorySize: 4,
      mergeMax: 5,
    });
    expect(data.hyperparameters).to.not.have.any.keys('rngState', 'stats', 'mergesUsed', 'studentAI');
    expect(data.options).to.deep.equal({ maxMetricCalls: 30, auto: 'light' });
    expect(data.lms.map((lm) => [lm.name, lm.provider, lm.model])).to.deep.equal([
      ['student', 'scripted', 'scripted-1'],
      ['teacher', 'teacher', 'scripted-1'],
    ]);
    expect([data.trainset?.size, data.valset?.size]).to.deep.equal([8, 6]);
    expect(data.seed?.texts).to.deep.equal({
      'root::description': 'Answer every question with care.',
      'root::instruction': 'Answer in one line.',
    });
    expect(data.metric).to.equal('exact');
  });

  it('ends as the compile does, with its very error', async () => {
    const boom = new TypeError('no such luck');
    class Failing extends ax.AxBaseOptimizer {
      async compile(): Promise<never> {
        throw boom;
      }
    }
    let error: unknown;
    const events = await during(() =>
      new Failing({ studentAI: service() }).compile().catch((thrown: unknown) => (error = thrown)),
    );
    expect(error).to.equal(boom);
    expect(only(events, 'onCompileEnd')[0]?.data).to.include({ status: 'failed', best: null });
    expect(only(events, 'onCompileEnd')[0]?.data.error?.message).to.equal('no such luck');
  });

  it('is left alone when logCompiles is off', async () => {
    const seen = recorder();
    autolog({ sinks: [seen], journal: false, silent: true });
    try {
      await new ax.AxGEPA({ studentAI: service(), numTrials: 1 }).compile(twoPartProgram(ax), questions(3), exact, {
        maxMetricCalls: 9,
      });
      await seen.settled();
      expect(seen.of('onCompileStart')).to.deep.equal([]);
    } finally {
      autolog({ disable: true });
    }
  });
});

class InstructionSearch extends ax.AxBaseOptimizer {
  readonly rounds = 3;
  async compile(...[program, examples, metric]: Parameters<ax.AxBaseOptimizer['compile']>): Promise<never> {
    let bestScore = 0;
    for (let round = 0; round < this.rounds; round += 1) {
      (program as ax.AxGen).setInstruction(`try ${round}`);
      const scores = await Promise.all(
        examples.map(async (example) => {
          const prediction = await program.forward(this.studentAI, example);
          return metric({ prediction, example });
        }),
      );
      bestScore = Math.max(bestScore, scores.reduce((sum, score) => sum + score, 0) / scores.length);
    }
    return { bestScore, stats: this.stats } as never;
  }
}

describe('an unknown subclass of AxBaseOptimizer', () => {
  it('has a trial for each program state it evaluates, also in parallel, and says that it is inferred', async () => {
    let bestScore: number | undefined;
    const events = await during(async () => {
      ({ bestScore } = await new InstructionSearch({ studentAI: service() }).compile(
        twoPartProgram(ax) as never,
        questions(5),
        exact as never,
      ));
    });
    const trials = only(events, 'onTrialEnd');
    expect(trials.map(({ data }) => [data.scope, data.n, data.candidate?.texts['root::instruction']])).to.deep.equal([
      ['full', 5, 'try 0'],
      ['full', 5, 'try 1'],
      ['full', 5, 'try 2'],
    ]);
    expect(Math.max(...trials.map(({ data }) => data.score ?? 0))).to.equal(bestScore);
    expect(trials.every((trial) => trial.derived.includes('scope'))).to.equal(true);
    expect(only(events, 'onCompileStart')[0]?.data).to.deep.include({ optimizer: 'InstructionSearch' });
    expect(only(events, 'onCompileStart')[0]?.data.hyperparameters).to.include({ rounds: 3 });
  });

  it('has its trials also where it tries each state on a program of its own', async () => {
    class Copies extends ax.AxBaseOptimizer {
      async compile(...[, examples, metric]: Parameters<ax.AxBaseOptimizer['compile']>): Promise<never> {
        for (const text of ['first', 'second']) {
          const copy = twoPartProgram(ax);
          copy.setInstruction(text);
          for (const example of examples) {
            const prediction = await copy.forward(this.studentAI, example as never);
            await metric({ prediction: prediction as never, example });
          }
          await ax.ax('topic:string -> idea:string').forward(this.studentAI, { topic: text });
        }
        return {} as never;
      }
    }
    const program = twoPartProgram(ax) as never;
    const events = await during(() =>
      new Copies({ studentAI: service() }).compile(program, questions(3), exact as never),
    );
    const trials = only(events, 'onTrialEnd').map(({ data }) => [data.candidate?.texts['root::instruction'], data.n]);
    expect(trials).to.deep.equal([
      ['first', 3],
      ['second', 3],
    ]);
  });

  it('that extends AxGEPA is one compile, with the trials of GEPA', async () => {
    class Careful extends ax.AxGEPA {
      override async compile(...args: Parameters<ax.AxGEPA['compile']>): Promise<never> {
        return (await super.compile(...args)) as never;
      }
    }
    const events = await during(() =>
      new Careful({ studentAI: service(), numTrials: 2, minibatchSize: 2 }).compile(
        twoPartProgram(ax) as never,
        questions(4) as never,
        exact as never,
        {
          maxMetricCalls: 20,
        },
      ),
    );
    expect(only(events, 'onCompileStart').map(({ data }) => data.optimizer)).to.deep.equal(['Careful']);
    expect(only(events, 'onTrialStart')[0]?.data.phase).to.equal('initial Pareto evaluation');
    expect(only(events, 'onCompileEnd')[0]?.data.best?.format).to.equal('ax-optimized-program');
  });
});

describe('an optimizer of ax that the user decorated', () => {
  const compile = (optimizer: ax.AxGEPA) =>
    optimizer.compile(twoPartProgram(ax), questions(4), exact, { maxMetricCalls: 20 });
  const args = () => ({ studentAI: service(), numTrials: 2, minibatchSize: 2 });

  async function expectGepaTrials(make: () => ax.AxGEPA): Promise<void> {
    const seen = recorder();
    autolog({ sinks: [seen], journal: false, silent: true });
    try {
      await quiet(() => compile(make()));
      await seen.settled();
      expect(seen.of('onCompileStart').length).to.equal(1);
      expect(seen.of('onCompileEnd').length).to.equal(1);
      expect(seen.of('onTrialEnd')[0]?.data).to.include({ phase: 'initial Pareto evaluation', n: 4, scope: 'full' });
      expect(seen.of('onLMCall').length).to.be.greaterThan(seen.of('onExampleEnd').length - 1);
    } finally {
      autolog({ disable: true });
    }
  }

  it('is one compile with the trials of GEPA, whatever logCompiles says: the object', () =>
    expectGepaTrials(() => trackCompile(new ax.AxGEPA(args()))));

  it('is one compile with the trials of GEPA, whatever logCompiles says: a subclass', () => {
    @trackCompile()
    class Mine extends ax.AxGEPA {}
    return expectGepaTrials(() => new Mine(args()));
  });

  it('is one compile with autolog, too', async () => {
    const events = await during(() => compile(trackCompile(new ax.AxGEPA(args()))));
    expect(only(events, 'onCompileStart').length).to.equal(1);
    expect(only(events, 'onTrialEnd')[0]?.data.phase).to.equal('initial Pareto evaluation');
  });
});

describe('compilePareto and compileStream', () => {
  const bootstrap = () =>
    new ax.AxBootstrapFewShot({ studentAI: service(), options: { verboseMode: false, maxRounds: 1 } });

  it('are one run, with the compiles they make inside', async () => {
    const metric = (call: { prediction: unknown; example: unknown }) => ({ accuracy: exact(call), constant: 1 });
    const pareto = await during(() => bootstrap().compilePareto(twoPartProgram(ax), questions(6), metric));
    const stream = await during(async () => {
      for await (const _progress of bootstrap().compileStream(twoPartProgram(ax), questions(6), exact)) expect.fail();
    });
    for (const [events, method] of [
      [pareto, 'compilePareto'],
      [stream, 'compileStream'],
    ] as const) {
      const [outer, ...inner] = only(events, 'onCompileStart');
      expect(only(events, 'onRunStart')).to.have.length(1);
      expect(outer?.data).to.include({ method, optimizer: 'BootstrapFewShot' });
      expect(inner.length).to.be.greaterThan(0);
      expect(inner.every(({ data }) => data.parentCompileId === outer?.compileId)).to.equal(true);
      expect(only(events, 'onCompileEnd').length).to.equal(inner.length + 1);
      expect(only(events, 'onCompileEnd').at(-1)?.data.status).to.equal('finished');
    }
  });

  it('leave a generator that nobody reads alone', async () => {
    const events = await during(async () => void bootstrap().compileStream(twoPartProgram(ax), questions(6), exact));
    expect(events).to.deep.equal([]);
  });
});
