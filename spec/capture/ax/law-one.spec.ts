import { createRequire } from 'node:module';
import * as esm from '@ax-llm/ax';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Sink } from '../../../lib/contract/sink.js';
import { autolog } from '../../../lib/setup/autolog.js';
import { exact, percent, questions, scripted, twoPartProgram, twoStepFlow } from './support/scripted.js';
import { seeded, timeless } from './support/seeded.js';
import { quiet } from './support/verbose-log.js';

const cjs = createRequire(import.meta.url)('@ax-llm/ax') as typeof esm;

type AI = esm.AxAIService;
type Compile = (ax: typeof esm, ai: AI, teacher: AI) => Promise<unknown>;

const twoScores = ({ prediction, example }: { prediction: unknown; example: unknown }) => ({
  accuracy: exact({ prediction, example }),
  brevity: percent(prediction) / 100,
});

const compiles: Readonly<Record<string, Compile>> = {
  GEPA: (ax, ai, teacher) =>
    new ax.AxGEPA({ studentAI: ai, teacherAI: teacher, numTrials: 8, minibatchSize: 4, seed: 3 }).compile(
      twoPartProgram(ax),
      questions(8),
      exact,
      { maxMetricCalls: 90, bootstrap: true },
    ),
  'GEPA that throws': (ax, ai) =>
    new ax.AxGEPA({ studentAI: ai }).compile(twoPartProgram(ax), questions(8), exact, { maxMetricCalls: 2 }),
  'GEPA with an adapter that fails now and then, feedback and several objectives': (ax, ai) => {
    let calls = 0;
    const gepaAdapter = {
      own: 'state',
      evaluate(set: readonly object[], texts: object) {
        if (this.own !== 'state') throw new TypeError('not my adapter');
        calls += 1;
        if (calls % 3 === 0) throw new Error('down');
        return { outputs: set, scores: set.map((example) => percent(example, texts) / 100), trajectories: null };
      },
      make_reflective_dataset: () => ({}),
    };
    const options = Object.freeze({
      maxMetricCalls: 80,
      gepaAdapter: Object.freeze(gepaAdapter),
      feedbackFn: () => ['be brief', `call ${calls}`],
      paretoScalarize(this: unknown, scores: Readonly<Record<string, number>>) {
        if (this !== options) throw new TypeError('not my options');
        return scores.accuracy ?? scores.score ?? 0;
      },
    });
    const optimizer = new ax.AxGEPA({ studentAI: ai, numTrials: 6, minibatchSize: 3, seed: 3 });
    return optimizer.compile(twoPartProgram(ax), questions(6), twoScores, options as never);
  },
  'GEPA of an AxFlow': (ax, ai) => {
    const program = twoStepFlow(ax);
    const optimizer = new ax.AxGEPA({ studentAI: ai, numTrials: 4, minibatchSize: 3, seed: 3 });
    return optimizer.compile(program as never, questions(6) as never, exact, { maxMetricCalls: 50 });
  },
  'agent.optimize()': (ax, ai, teacher) => {
    const agent = ax.agent('question:string -> answer:string', { ai, judgeAI: teacher } as never);
    const tasks = [1, 2].map((number) => ({
      input: { question: `kind-instruction number ${number}` },
      criteria: 'right',
    }));
    return agent.optimize(tasks as never, { numTrials: 1, maxMetricCalls: 5, minibatchSize: 1 });
  },
  'an unknown subclass': (ax, ai) => {
    class Search extends ax.AxBaseOptimizer {
      async compile(...[program, examples, metric]: Parameters<esm.AxBaseOptimizer['compile']>): Promise<never> {
        const scores: number[] = [];
        for (const example of examples) {
          const prediction = await program.forward(this.studentAI, example);
          scores.push(await metric({ prediction, example }));
        }
        return { scores, random: Math.random() } as never;
      }
    }
    return new Search({ studentAI: ai }).compile(twoPartProgram(ax) as never, questions(5) as never, exact as never);
  },
  BootstrapFewShot: (ax, ai, teacher) =>
    new ax.AxBootstrapFewShot({ studentAI: ai, teacherAI: teacher, options: { verboseMode: false } }).compile(
      twoPartProgram(ax),
      questions(9),
      exact,
    ),
  ACE: (ax, ai, teacher) =>
    new ax.AxACE({ studentAI: ai, teacherAI: teacher }, { maxEpochs: 2 }).compile(
      twoPartProgram(ax),
      questions(5),
      exact,
    ),
  'ACE whose metric throws': (ax, ai) =>
    new ax.AxACE({ studentAI: ai }).compile(twoPartProgram(ax), questions(5), ({ example }) => {
      if (percent(example) < 40) throw new RangeError('cannot be scored');
      return 1;
    }),
  compilePareto: (ax, ai) =>
    new ax.AxBootstrapFewShot({ studentAI: ai, options: { verboseMode: false, maxRounds: 1 } }).compilePareto(
      twoPartProgram(ax),
      questions(6),
      twoScores,
    ),
  'optimize()': (ax, ai) =>
    ax.optimize(twoPartProgram(ax), questions(6), exact, { studentAI: ai, numTrials: 3, seed: 5, maxMetricCalls: 60 }),
  'playbook.evolve()': (ax, ai) => ax.playbook(twoPartProgram(ax), { studentAI: ai }).evolve(questions(4), exact),
};

interface Outcome {
  readonly result: unknown;
  readonly error: unknown;
  readonly requests: readonly string[];
}

async function outcomeOf(ax: typeof esm, compile: Compile): Promise<Outcome> {
  const student = scripted(ax, { seed: 4 });
  const teacher = scripted(ax, { seed: 5, name: 'teacher' });
  let result: unknown;
  let error: unknown;
  await quiet(() =>
    seeded(11, async () => {
      try {
        result = await compile(ax, student.ai, teacher.ai);
      } catch (thrown) {
        error = thrown;
      }
    }),
  );
  return { result: timeless(result), error: String(error), requests: [...student.requests, ...teacher.requests] };
}

const TRACING = 'traces of every call';

const sinks: Readonly<Record<string, () => Sink>> = {
  'a sink that listens': () => ({ name: 'good', onTrialEnd: () => {}, onLMCall: () => {} }),
  [TRACING]: () => ({ name: TRACING, onTraceEnd: () => {} }),
  'a sink that throws': () => ({
    name: 'bad',
    onTrialStart: () => {
      throw new Error('no');
    },
    onExampleEnd: () => Promise.reject(new Error('no')),
  }),
  'a sink that hangs': () => ({ name: 'slow', onTrialStart: () => new Promise(() => {}) }),
};

for (const [build, ax] of Object.entries({ 'ES module': esm, CommonJS: cjs })) {
  describe(`observers never change a compile (${build} build of ax)`, function () {
    this.timeout(60_000);

    for (const [name, compile] of Object.entries(compiles)) {
      for (const [kind, sink] of Object.entries(sinks)) {
        it(`${name}, with ${kind}`, async () => {
          const untracked = await outcomeOf(ax, compile);
          const logTracesFromCompile = kind === TRACING;
          autolog({
            logCompiles: true,
            logEvals: true,
            logTracesFromCompile,
            sinks: [sink()],
            journal: false,
            silent: true,
          });
          try {
            expect(await outcomeOf(ax, compile)).to.deep.equal(untracked);
          } finally {
            autolog({ disable: true });
          }
          expect(untracked.requests.length).to.be.greaterThan(name === 'GEPA that throws' ? -1 : 3);
        });
      }
    }
  });
}

describe('what the user handed to a compile', () => {
  it('reaches it as it is: metric with its this-less call and argument, options that are frozen, thrown errors', async () => {
    const boom = new Error('mine');
    const seen: unknown[] = [];
    const examples = questions(3);
    const options = Object.freeze({ maxMetricCalls: 20, feedbackFn: () => 'try harder' });
    autolog({ logCompiles: true, sinks: [{ name: 'some', onTrialEnd: () => {} }], journal: false, silent: true });
    try {
      class Mine extends esm.AxGEPA {
        override async compile(...args: Parameters<esm.AxGEPA['compile']>): Promise<never> {
          expect(args[1]).to.equal(examples);
          expect(args[3]).to.equal(options);
          await args[0].forward(this.studentAI, examples[0] as never);
          const metric = args[2];
          await metric({ prediction: examples[0] as never, example: examples[0] as never });
          throw boom;
        }
      }
      const metric = function (this: unknown, call: object) {
        seen.push(this, Object.keys(call), (call as { example: unknown }).example);
        return 1;
      };
      const failure = await new Mine({ studentAI: scripted(esm).ai })
        .compile(twoPartProgram(esm) as never, examples as never, metric as never, options)
        .then(
          () => undefined,
          (error: unknown) => error,
        );
      expect(failure).to.equal(boom);
      expect(seen).to.deep.equal([undefined, ['prediction', 'example'], examples[0]]);
      expect(seen[2]).to.equal(examples[0]);
    } finally {
      autolog({ disable: true });
    }
  });

  it('is not touched while it runs: a program keeps its keys, an optimizer its own fields', async () => {
    const { ai } = scripted(esm);
    const program = twoPartProgram(esm);
    const keys = Reflect.ownKeys(program);
    const optimizer = new esm.AxGEPA({ studentAI: ai, numTrials: 2, minibatchSize: 2 });
    const fields = Reflect.ownKeys(optimizer);
    autolog({ logCompiles: true, sinks: [{ name: 'some', onTrialEnd: () => {} }], journal: false, silent: true });
    try {
      await optimizer.compile(
        program,
        questions(4),
        (call) => {
          expect(Reflect.ownKeys(program)).to.include.members(keys);
          expect(Object.hasOwn(program, 'forward')).to.equal(false);
          expect(Reflect.ownKeys(optimizer)).to.deep.equal(fields);
          return exact(call);
        },
        { maxMetricCalls: 20 },
      );
    } finally {
      autolog({ disable: true });
    }
  });
});
