/** Time on the caller's path of one awaited call of a method that does nothing. Argument: the variant. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { autolog, shutdown } from '../lib/index.js';
import { report, summarize } from './measure.js';
import { Bare, content, Decorated, type Outcome } from './subject.js';

const NAMES = {
  bare: 'bare method',
  off: 'decorated, tracking off',
  on: 'decorated, on, no content',
  content: 'decorated, on, 2 KB of content',
} as const;
const BATCHES = 60;

const variant = process.argv[2] as keyof typeof NAMES;
const tracked = variant === 'on' || variant === 'content';
const calls = tracked ? 200 : 20_000;
const dir = mkdtempSync(join(tmpdir(), 'ax-autolog-bench-'));
if (tracked)
  autolog({ sinks: [], journal: { dir }, capture: { inputs: variant === 'content', outputs: variant === 'content' } });

/** Inputs of a batch, made outside of what is timed. */
function prepare(batch: number): { batch: readonly unknown[]; outcome: Outcome | number }[] {
  const nothing = { batch: [], outcome: 1 };
  return Array.from({ length: calls }, (_, index) =>
    variant === 'content' ? content(batch * calls + index, 1024) : nothing,
  );
}

const subject = variant === 'bare' ? new Bare() : new Decorated();
const times = await subject.compile(async (self) => {
  const perCall: number[] = [];
  for (let batch = 0; batch < BATCHES; batch += 1) {
    const inputs = prepare(batch);
    const started = process.hrtime.bigint();
    for (const input of inputs) await self.trial(input.batch, input.outcome);
    perCall.push(Number(process.hrtime.bigint() - started) / 1_000 / calls);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return perCall;
});
await shutdown();
rmSync(dir, { recursive: true, force: true });

const { min, median } = summarize(times.slice(BATCHES / 4));
report([{ name: NAMES[variant], 'min µs': min, 'median µs': median }]);
