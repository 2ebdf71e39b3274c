import { type AxAIService, AxBootstrapFewShot, AxGEPA } from '@ax-llm/ax';
import { type AutologOptions, Evaluate, startRun, trackCompile } from 'ax-autolog';
import { loadSplit, type Problem } from '../../../samples/gsm8k/data.js';
import { exactAnswer } from '../../../samples/gsm8k/metric.js';
import { chainOfThought } from '../../../samples/gsm8k/program.js';
import { MIPROv2 } from '../../../samples/teleprompters/mipro-v2.js';

/** What a scenario of the Python reference is here: the same optimizer, on as many examples, with the same switches. */
export interface Scenario {
  readonly switches: AutologOptions;
  run(ai: AxAIService): Promise<unknown>;
}

const { train } = loadSplit();
const LOG_ALL: AutologOptions = { logCompiles: true, logEvals: true };

const take = (count: number, from = 0): Problem[] => train.slice(from, from + count);
const evaluate = (ai: AxAIService, devset: Problem[], program = chainOfThought()) =>
  new Evaluate({ devset, metric: exactAnswer }).evaluate(program, { ai });

function mipro(ai: AxAIService, trainset: Problem[], valset: Problem[]) {
  return new MIPROv2({ studentAI: ai, auto: 'light', seed: 9 }).compile(chainOfThought(), trainset, exactAnswer, {
    valset,
  });
}

@trackCompile()
class Raises {
  compile(_program: object): never {
    throw new Error('no candidate is any good');
  }
}

/** Two of its examples have no answer to compare with. */
function raisingMetric(devset: readonly Problem[]) {
  return ({ prediction, example }: { readonly prediction: unknown; readonly example: Problem }) => {
    if (devset.indexOf(example) % 4 === 1) throw new Error('the answer is not a number');
    return exactAnswer({ prediction, example });
  };
}

/** By the name of the reference's file. */
export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'mipro-full-evals': {
    switches: LOG_ALL,
    async run(ai) {
      const { optimizedProgram } = await mipro(ai, take(12), take(12, 12));
      const best = chainOfThought();
      if (optimizedProgram) best.applyOptimization(optimizedProgram);
      await evaluate(ai, take(12, 24), best);
    },
  },
  'mipro-minibatch': { switches: LOG_ALL, run: (ai) => mipro(ai, take(48), take(100, 48)) },
  gepa: {
    switches: LOG_ALL,
    run(ai) {
      // AxGEPA reads paretoSetSize, but its argument type does not declare it.
      const scoredOnAll = { paretoSetSize: 8 };
      const gepa = new AxGEPA({
        studentAI: ai,
        teacherAI: ai,
        numTrials: 4,
        minibatchSize: 3,
        seed: 1,
        ...scoredOnAll,
      });
      return gepa.compile(chainOfThought(), take(8), exactAnswer, {
        maxMetricCalls: 60,
        validationExamples: take(8, 8),
        feedbackFn: ({ example }) => `expected ${String(example['answer'])}`,
      });
    },
  },
  'compile-and-eval-in-one-run': {
    switches: LOG_ALL,
    run: (ai) =>
      startRun({ runName: 'my-run' }, async () => {
        const program = chainOfThought();
        // It shuffles with Math.random and stops at so many demos: with room for all, its one round has all examples.
        const bootstrap = new AxBootstrapFewShot({ studentAI: ai, options: { maxRounds: 1, maxDemos: 16 } });
        const { demos } = await bootstrap.compile(program, take(16), exactAnswer);
        if (demos) program.setDemos(demos);
        await evaluate(ai, take(8, 16), program);
      }),
  },
  'compile-fails': {
    switches: LOG_ALL,
    async run() {
      try {
        new Raises().compile(chainOfThought());
      } catch {
        // The user's own error, as it should be.
      }
    },
  },
  defaults: {
    switches: {},
    async run(ai) {
      const program = chainOfThought();
      await new AxBootstrapFewShot({ studentAI: ai, options: { maxRounds: 1 } }).compile(program, take(8), exactAnswer);
      await evaluate(ai, take(8), program);
      await program.forward(ai, { question: take(1)[0]?.question ?? '' });
    },
  },
  'eval-metric-raises': {
    switches: LOG_ALL,
    run(ai) {
      const devset = take(8);
      return new Evaluate({ devset, metric: raisingMetric(devset) }).evaluate(chainOfThought(), { ai });
    },
  },
  'traces-from-compile': {
    switches: { ...LOG_ALL, logTracesFromCompile: true },
    run: (ai) => mipro(ai, take(8), take(8, 8)),
  },
};
