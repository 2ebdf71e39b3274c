/** Measures one awaited call of a method that does nothing, on the caller's path. Argument: the variant. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { autolog, shutdown } from '../lib/index.js';
import { report, summarize } from './measure.js';
import { Bare, CANDIDATE, content, Decorated, type Outcome } from './subject.js';

const NAMES = {
  bare: 'bare method',
  off: 'decorated, tracking off',
  memory: 'decorated, on, no content, no journal',
  on: 'decorated, on, no content',
  content: 'decorated, on, 2 KB of content',
} as const;
const BATCHES = 60;

const variant = process.argv[2] as keyof typeof NAMES;
const tracked = variant !== 'bare' && variant !== 'off';
const calls = tracked ? 200 : 20_000;
const dir = mkdtempSync(join(tmpdir(), 'ax-autolog-bench-'));
const captured = variant === 'content';
if (tracked) {
  const journal = variant === 'memory' ? false : { dir };
  autolog({ sinks: [], journal, capture: { inputs: captured, outputs: captured } });
}

/** Returns the inputs of a batch. It is called outside the measured time. */
function prepare(index: number): { batch: readonly unknown[]; outcome: Outcome | number }[] {
  const nothing = { batch: [], outcome: 1 };
  return Array.from({ length: calls }, (_, call) =>
    variant === 'content' ? content(index * calls + call, 1024) : nothing,
  );
}

const subject = variant === 'bare' ? new Bare() : new Decorated();
const times = await subject.compile(async (self) => {
  const perCall: number[] = [];
  for (let repeat = 0; repeat < BATCHES; repeat += 1) {
    const inputs = prepare(repeat);
    const started = process.hrtime.bigint();
    for (const { batch, outcome } of inputs) {
      self.outcome = outcome;
      await self.trial(CANDIDATE, batch);
    }
    perCall.push(Number(process.hrtime.bigint() - started) / 1_000 / calls);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return perCall;
});
await shutdown();
rmSync(dir, { recursive: true, force: true });

const { min, median } = summarize(times.slice(BATCHES / 4));
report([{ name: NAMES[variant], 'min µs': min, 'median µs': median }]);
