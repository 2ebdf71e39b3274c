/**
 * A custom teleprompter, tracked by three decorators: random search over instructions and labeled demos.
 *
 * Run it: `npm run build && node dist/samples/custom-teleprompter.js`
 */
import type { AxAIService } from '@ax-llm/ax';
import { activeCompile, autolog, hyperparam, shutdown, trackCompile, trackTrial } from 'ax-autolog';
import { consoleSink } from 'ax-autolog/plugins/console';
import { loadSplit, type Problem } from './gsm8k/data.js';
import { exactAnswer } from './gsm8k/metric.js';
import { type ChainOfThought, chainOfThought } from './gsm8k/program.js';
import { chooseLM } from './lm/choose.js';
import { random } from './random.js';

const INSTRUCTIONS = [
  'Answer the word problem.',
  'Be brief.',
  'Reason step by step and show each intermediate result.',
  'List the given numbers, reason step by step, verify each calculation. Give only the final number as the answer.',
];

/** The part of a program that random search varies. */
interface Candidate {
  readonly instruction: string;
  readonly demos: readonly Problem[];
}

/** Tries random pairs of instruction and labeled demos and keeps the best. */
@trackCompile()
class RandomSearch {
  @hyperparam() readonly trials: number;
  @hyperparam() readonly maxDemos: number;
  @hyperparam() readonly seed: number;

  constructor(
    private readonly ai: AxAIService,
    { trials = 6, maxDemos = 4, seed = 1 } = {},
  ) {
    this.trials = trials;
    this.maxDemos = maxDemos;
    this.seed = seed;
  }

  /** Returns the program with the best candidate applied, and its mean score on `valset`. */
  async compile(
    program: ChainOfThought,
    trainset: readonly Problem[],
    metric: typeof exactAnswer,
    { valset }: { valset: readonly Problem[] },
  ) {
    const lots = random(this.seed);
    let best: { score: number; candidate: Candidate } | undefined;
    for (let trial = 0; trial < this.trials; trial++) {
      const candidate = {
        instruction: lots.pick(INSTRUCTIONS),
        demos: lots.sample(trainset, lots.int(0, this.maxDemos)),
      };
      apply(program, candidate);
      const id = activeCompile()?.propose(program, { evidence: 'drawn at random' }) ?? '';
      const { score } = await this.score(program, valset, metric);
      const better = best === undefined || score > best.score;
      const reason = `score ${score.toFixed(3)}, best before ${(best?.score ?? 0).toFixed(3)}`;
      if (better) activeCompile()?.accept(id, reason);
      else activeCompile()?.reject(id, reason);
      if (better) best = { score, candidate };
    }
    if (best !== undefined) apply(program, best.candidate);
    return { program, bestScore: best?.score ?? 0 };
  }

  /** Runs one trial. Its scores are recorded because it returns `{ score, results }`. */
  @trackTrial()
  private async score(program: ChainOfThought, examples: readonly Problem[], metric: typeof exactAnswer) {
    const results = [];
    for (const example of examples) {
      const prediction = await program.forward(this.ai, { question: example.question });
      results.push({ example, prediction, score: await metric({ prediction, example }) });
    }
    return { score: results.reduce((sum, r) => sum + r.score, 0) / results.length, results };
  }
}

function apply(program: ChainOfThought, { instruction, demos }: Candidate): void {
  const traces = demos.map((d) => ({ question: d.question, reasoning: d.rationale, answer: d.answer }));
  program.setInstruction(instruction);
  program.setDemos([{ programId: program.getId(), traces }]);
}

const { train } = loadSplit();
autolog({ sinks: [consoleSink()] });
const lm = await chooseLM({ problems: train });
const { bestScore } = await new RandomSearch(lm.ai).compile(chainOfThought(), train.slice(0, 40), exactAnswer, {
  valset: train.slice(40, 90),
});
await shutdown();
await lm.close();
process.stdout.write(
  `RandomSearch's best candidate solves ${(100 * bestScore).toFixed(0)} % of 50 problems (${lm.name}).\n`,
);
