import { writeSync } from 'node:fs';
import { type Finding, Fuzzer } from './fuzzer.js';

/** Where a worker names each operation before it begins: a message would not be sent before a call that blocks. */
export const PROGRESS = 4;

/** Which journals to try. */
export interface Job {
  readonly seed: number;
  /** The first number. */
  readonly from: number;
  /** The number after the last. */
  readonly to: number;
  /** Whether the run's folder stays, for a person to look at. */
  readonly keep: boolean;
}

/** What a worker tells the process that watches it. */
export type Message =
  | { readonly kind: 'found'; readonly finding: Finding }
  | { readonly kind: 'done'; readonly index: number; readonly megabytes: number }
  | { readonly kind: 'ended'; readonly notes: readonly string[] };

/** Tries journals in this process, one after the other. */
export async function work({ seed, from, to, keep }: Job): Promise<void> {
  const tell = (message: Message): void => void process.send?.(message);
  const fuzzer = new Fuzzer(seed, (operation) => void writeSync(PROGRESS, `${operation}\n`));
  for (let index = from; index < to; index += 1) {
    const findings = await fuzzer.run(index, keep).catch((error: unknown) => {
      console.error(error);
      process.exit(3);
    });
    for (const finding of findings) tell({ kind: 'found', finding });
    tell({ kind: 'done', index, megabytes: Math.round(process.memoryUsage.rss() / 2 ** 20) });
  }
  const slowest = [...fuzzer.times].sort(([, a], [, b]) => b - a);
  const times = slowest.map(([name, ms]) => `${(ms / (to - from)).toFixed(1)} ms a journal: ${name}`);
  tell({ kind: 'ended', notes: keep ? [...fuzzer.describe(from), fuzzer.home.dir] : times });
  if (!keep) fuzzer.end();
  process.disconnect?.();
}
