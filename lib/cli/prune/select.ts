import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { RunSummary } from '../../journal/reader.js';
import type { Limit } from './limits.js';

/** Which runs may go: those beyond any of these. */
export interface Limits {
  /** Not written to for so long. */
  readonly olderThan?: Limit;
  /** Beyond so many of the latest. */
  readonly keep?: number;
  /** The oldest, until the rest takes so much. */
  readonly maxSize?: Limit;
}

/** A run, and why it may go; `null` where it is within the limits. */
export interface Weighed {
  readonly runId: string;
  readonly runDir: string;
  readonly bytes: number;
  readonly why: string | null;
}

/** Weighs runs, the latest first, against the limits. */
export function weigh(runs: readonly RunSummary[], limits: Limits, now: number): Weighed[] {
  let total = 0;
  return runs.map(({ runId, runDir, lastTime }, place) => {
    const bytes = bytesIn(runDir);
    total += bytes;
    return { runId, runDir, bytes, why: reason({ place, total, age: now - lastTime }, limits) };
  });
}

function reason(
  { place, total, age }: { readonly place: number; readonly total: number; readonly age: number },
  { olderThan, keep, maxSize }: Limits,
): string | null {
  if (olderThan && age > olderThan.value) return `older than ${olderThan.text}`;
  if (keep !== undefined && place >= keep) return `not among the latest ${keep}`;
  return maxSize && total > maxSize.value ? `beyond ${maxSize.text}` : null;
}

/** What a folder takes, without what cannot be looked at. */
function bytesIn(folder: string): number {
  try {
    return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
      const path = join(folder, entry.name);
      return sum + (entry.isDirectory() ? bytesIn(path) : entry.isFile() ? statSync(path).size : 0);
    }, 0);
  } catch {
    return 0;
  }
}
