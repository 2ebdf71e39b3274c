/** Measures one `forward` of an AxGen on a mock LM, untracked and with different settings of tracing, alternating. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ax } from '@ax-llm/ax';
import { type AutologOptions, autolog, flush, shutdown } from '../lib/index.js';
import { mockLM } from './lm.js';
import { report, summarize } from './measure.js';

const ROUNDS = 15;
const CALLS = 300;
const dir = mkdtempSync(join(tmpdir(), 'ax-autolog-bench-'));

const SETTINGS: readonly (readonly [name: string, options: AutologOptions])[] = [
  ['untracked', { disable: true }],
  ['autolog on, traces off', { logTraces: false, journal: { dir } }],
  ['trace dropped by its rate', { traces: { rate: 0 }, journal: { dir } }],
  ['traced, no journal', { journal: false }],
  ['traced, into the journal', { journal: { dir } }],
];

const program = ax('question:string -> answer:string');

/** Returns the microseconds per call. The mock LM gets slower with each call, so each measurement creates a new one. */
async function measure(): Promise<number> {
  const { ai } = mockLM();
  const started = performance.now();
  for (let call = 0; call < CALLS; call += 1) await program.forward(ai, { question: 'What is 17 + 4?' });
  return ((performance.now() - started) * 1_000) / CALLS;
}

const measured = SETTINGS.map(([name]) => ({ name, micros: [] as number[] }));
for (let round = -1; round < ROUNDS; round += 1) {
  for (const [at, [, options]] of SETTINGS.entries()) {
    autolog({ sinks: [], silent: true, ...options });
    const micros = await measure();
    if (round >= 0) measured[at]?.micros.push(micros);
    await flush();
  }
}
await shutdown();
rmSync(dir, { recursive: true, force: true });

const base = summarize(measured[0]?.micros ?? []).min;
report(
  measured.map(({ name, micros }) => {
    const { min, median } = summarize(micros);
    return { name, 'min µs': min, 'median µs': median, 'min / untracked': min / base };
  }),
);
