import { join, relative } from 'node:path';
import { type AxAIService, AxGEPA, type AxOptimizedProgram } from '@ax-llm/ax';
import { autolog, Evaluate, shutdown, startRun } from 'ax-autolog';
import { consoleSink } from 'ax-autolog/plugins/console';
import { files } from 'ax-autolog/plugins/files';
import { chooseLM } from '../lm/choose.js';
import { MIPROv2 } from '../teleprompters/mipro-v2.js';
import { loadSplit, type Problem } from './data.js';
import { exactAnswer } from './metric.js';
import { type Options, readOptions, USAGE } from './options.js';
import { chainOfThought, SEED_INSTRUCTION } from './program.js';

const say = (line = ''): void => void process.stdout.write(`${line}\n`);

/** Three disjoint sets. A large file is cut to a size that a real LM can process in minutes. */
interface Sets {
  readonly trainset: Problem[];
  readonly valset: Problem[];
  readonly testset: Problem[];
}

function setsOf(file: string | undefined): Sets {
  const { train, test } = loadSplit(file);
  const used = train.slice(0, 168);
  const cut = Math.max(1, Math.ceil(used.length * 0.4));
  return { trainset: used.slice(0, cut), valset: used.slice(cut), testset: test.slice(0, 100) };
}

interface Searched {
  readonly name: string;
  readonly score: number;
  readonly best: AxOptimizedProgram | undefined;
}

async function searchMIPROv2(ai: AxAIService, { trainset, valset }: Sets, { auto, seed }: Options) {
  const mipro = new MIPROv2({ studentAI: ai, auto, seed });
  const result = await mipro.compile(chainOfThought(), trainset, exactAnswer, { valset });
  return {
    seedScore: result.seedScore,
    found: { name: 'MIPROv2', score: result.bestScore, best: result.optimizedProgram },
  };
}

async function searchGEPA(ai: AxAIService, { trainset, valset }: Sets, { seed }: Options): Promise<Searched> {
  // AxGEPA reads paretoSetSize, but its argument type does not declare it.
  const scoredOnAll = { paretoSetSize: valset.length };
  const gepa = new AxGEPA({
    studentAI: ai,
    teacherAI: ai,
    numTrials: 12,
    minibatchSize: 12,
    earlyStoppingTrials: 6,
    seed,
    ...scoredOnAll,
  });
  const result = await gepa.compile(chainOfThought(), trainset, exactAnswer, {
    maxMetricCalls: 12 * valset.length,
    validationExamples: valset,
  });
  return { name: 'AxGEPA', score: result.bestScore, best: result.optimizedProgram };
}

async function testScore(ai: AxAIService, testset: Problem[], metricKey: string, best?: AxOptimizedProgram) {
  const program = chainOfThought();
  if (best !== undefined) program.applyOptimization(best);
  const evaluate = new Evaluate({ devset: testset, metric: exactAnswer, numThreads: 8 });
  return (await evaluate.evaluate(program, { ai, metricKey })).score;
}

const percent = (score: number): string => `${(100 * score).toFixed(1)} %`.padStart(8);

/** Searches twice from the same seed prompt and evaluates the better result. Returns the report to print at the end. */
async function optimize(ai: AxAIService, sets: Sets, options: Options): Promise<string> {
  const { seedScore, found: mipro } = await searchMIPROv2(ai, sets, options);
  const gepa = await searchGEPA(ai, sets, options);
  const winner = mipro.score >= gepa.score ? mipro : gepa;
  const before = await testScore(ai, sets.testset, 'test_seed');
  const after = await testScore(ai, sets.testset, 'test_best', winner.best);
  const row = (name: string, score: number) => `  ${name.padEnd(16)} ${percent(score)}`;
  return [
    'Score on the validation set',
    row('seed prompt', seedScore),
    ...[mipro, gepa].map(({ name, score }) => row(`after ${name}`, score)),
    'Score on the held-out test set',
    row('seed prompt', before),
    row(`${winner.name}'s best`, after),
  ].join('\n');
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options.help) return say(USAGE);
  const sets = setsOf(options.data);
  const problems = [...sets.trainset, ...sets.valset, ...sets.testset];
  autolog({
    logCompiles: true,
    logEvals: true,
    sinks: [
      consoleSink({ table: true }),
      files(),
      ...(process.env['MLFLOW_TRACKING_URI'] ? (['mlflow'] as const) : []),
    ],
    journal: { dir: options.journalDir },
  });
  const lm = await chooseLM({ problems, seed: options.seed, simulated: options.simulated });
  try {
    const { trainset, valset, testset } = sets;
    say(`Seed prompt: "${SEED_INSTRUCTION}"`);
    say(`${trainset.length} problems to learn from, ${valset.length} to select by, ${testset.length} held out\n`);
    const params = { lm: lm.name, seed: options.seed, auto: options.auto };
    const { runId, report } = await startRun({ runName: 'gsm8k', params }, async (run) => ({
      runId: run.runId,
      report: await optimize(lm.ai, sets, options),
    }));
    await shutdown();
    const folder = relative('.', join(options.journalDir, runId));
    say(`\n${report}\n`);
    say(`Everything is in ${folder}: one folder per trial, metrics.csv, best_model.json`);
    say(`npx ax-autolog report ${folder} writes a report page`);
    if (lm.simulated) say("These scores are the simulated LM's; they mean nothing for a real model.");
  } finally {
    await lm.close();
  }
}

await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
