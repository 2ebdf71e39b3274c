/** Measures AxGEPA with 500 metric calls: untracked and tracked compiles, alternating. Argument: `mock` or `http`. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxGEPA, ax } from '@ax-llm/ax';
import { autolog, flush, shutdown } from '../lib/index.js';
import { type InstantLM, loopbackLM, mockLM } from './lm.js';
import { report, summarize } from './measure.js';

const NAMES = { mock: 'mock LM', http: 'OpenAI client, LM on the loopback' } as const;
const PAIRS = 12;
const METRIC_CALLS = 500;
const kind = process.argv[2] === 'http' ? 'http' : 'mock';
const dir = mkdtempSync(join(tmpdir(), 'ax-autolog-bench-'));

const examples = Array.from({ length: 30 }, (_, n) => ({ question: `What is ${n} + ${n}?`, answer: `${2 * n}` }));

/** Runs one compile and returns its seconds and how often the metric was called. */
async function compile(): Promise<{ seconds: number; metricCalls: number }> {
  const lm: InstantLM = kind === 'http' ? await loopbackLM() : mockLM();
  let metricCalls = 0;
  const optimizer = new AxGEPA({
    studentAI: lm.ai,
    teacherAI: lm.ai,
    numTrials: 1_000,
    earlyStoppingTrials: 1_000,
    seed: 1,
  });
  const metric = ({ example }: { example: { question?: unknown } }): number => {
    metricCalls += 1;
    return (String(example.question).length * metricCalls) % 5 === 0 ? 1 : 0;
  };
  const options = { validationExamples: examples, maxMetricCalls: METRIC_CALLS };
  const program = ax('question:string -> answer:string');
  const started = performance.now();
  await optimizer.compile(program, examples, metric, options);
  const seconds = (performance.now() - started) / 1_000;
  lm.close();
  return { seconds, metricCalls };
}

async function untracked() {
  autolog({ disable: true });
  return compile();
}

async function tracked() {
  autolog({ logCompiles: true, sinks: [], journal: { dir } });
  const result = await compile();
  await flush();
  return result;
}

// Node 20 keeps tracking promises after the first use of AsyncLocalStorage, so the first numbers come before any tracking.
await untracked();
const never: number[] = [];
for (let repeat = 0; repeat < PAIRS; repeat += 1) never.push((await untracked()).seconds);
await tracked();
const off: number[] = [];
const on: number[] = [];
let calls = 0;
for (let pair = 0; pair < PAIRS; pair += 1) {
  const first = pair % 2 === 0 ? untracked : tracked;
  const second = pair % 2 === 0 ? tracked : untracked;
  const results = [await first(), await second()];
  calls = results[0]?.metricCalls ?? 0;
  off.push(results[pair % 2]?.seconds ?? Number.NaN);
  on.push(results[1 - (pair % 2)]?.seconds ?? Number.NaN);
}
await shutdown();
rmSync(dir, { recursive: true, force: true });

const ratio = summarize(on.map((seconds, pair) => seconds / (off[pair] ?? Number.NaN)));
const row = (name: string, { min, median }: { min: number; median: number }) => ({
  name,
  'min s': min,
  'median s': median,
  'metric calls': calls,
});
report([
  row(`${NAMES[kind]}: untracked, before any tracking`, summarize(never)),
  row(`${NAMES[kind]}: untracked`, summarize(off)),
  row(`${NAMES[kind]}: tracked`, summarize(on)),
  {
    name: `${NAMES[kind]}: tracked / untracked`,
    'min s': summarize(on).min / summarize(off).min,
    'median s': ratio.median,
    'metric calls': '',
  },
]);
