import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { byteSize } from '../../analysis/format/formats.js';
import { oneLine } from '../../analysis/format/text.js';
import type { RunSummary } from '../../contract/run-summary.js';
import { backlogOf } from '../../deliver/backlog.js';
import { hasLiveWriter } from '../../journal/alive.js';
import { summaryOf } from '../../journal/reader.js';
import { createRedactor } from '../../support/redact/redact.js';

/** Limits of a journal folder. A run is removed if it exceeds any of them. */
export interface Limits {
  /** Longest time since a run's last event. */
  readonly olderThan?: Limit;
  /** Number of latest runs to keep. */
  readonly keep?: number;
  /** Largest total size. The oldest runs exceed it first. */
  readonly maxSize?: Limit;
}

/** A run and the limit that it exceeds. */
export interface MeasuredRun {
  readonly runId: string;
  readonly runDir: string;
  /** Size of its folder. */
  readonly bytes: number;
  /** The limit that it exceeds; `null` if it exceeds none. */
  readonly why: string | null;
}

/**
 * Measures runs against the limits.
 *
 * @param runs runs, latest first
 * @param now in milliseconds since the Unix epoch
 */
export function measureRuns(runs: readonly RunSummary[], limits: Limits, now: number): MeasuredRun[] {
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

/** Returns the size of a folder's files. Parts that cannot be read count as 0. */
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

/** A duration or a size from the command line. */
export interface Limit {
  /** The text that the user wrote. */
  readonly text: string;
  /** In milliseconds, or in bytes. */
  readonly value: number;
}

const MINUTE = 60_000;
const TIMES: Readonly<Record<string, number>> = { m: MINUTE, h: 60 * MINUTE, d: 1_440 * MINUTE, w: 10_080 * MINUTE };
const SIZES: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

/** Parses a duration: `90m`, `12h`, `30d`, `2w`. */
export function age(text: string): Limit {
  return limit(text, TIMES, 'It must be a number with m, h, d or w, such as 30d.');
}

/** Parses a size: `500MB`, `2GB`, `1.5GiB`. A number without a unit is in bytes. */
export function size(text: string): Limit {
  return limit(
    /^[\d.]+$/.test(text) ? `${text}b` : text,
    SIZES,
    `It must be a size such as ${byteSize(2e9).replace(' ', '')}.`,
  );
}

function limit(text: string, units: Readonly<Record<string, number>>, expected: string): Limit {
  const [, amount = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([a-z]+)$/i.exec(text.trim()) ?? [];
  const factor = Object.hasOwn(units, unit.toLowerCase()) ? units[unit.toLowerCase()] : undefined;
  if (factor === undefined) throw new InvalidArgumentError(expected);
  return { text, value: Number(amount) * factor };
}

/** A reason to keep a run that exceeds a limit. */
export interface Guard {
  /** The reason. */
  readonly why: string;
  /** Whether `--force` removes the run anyway. */
  readonly isForceable: boolean;
}

/** Target of the files sink when it writes into the run's folder: its files are removed together with the journal. */
const BESIDE_JOURNAL = 'files';

/**
 * Returns the reason to keep a run: it is running, it is being delivered, or some of its targets have not received all
 * of it. `null` if there is none.
 */
export function guardOf(runDir: string, runId: string): Guard | null {
  if (summaryOf(runDir, runId)?.status === 'running' && hasLiveWriter(runDir)) {
    return { why: 'it is running', isForceable: false };
  }
  const { targets, isFed } = backlogOf(runDir);
  if (isFed) return { why: 'it is being delivered', isForceable: false };
  const elsewhere = targets.filter((target) => target !== BESIDE_JOURNAL);
  if (elsewhere.length === 0) return null;
  const where = elsewhere.map((target) => oneLine(createRedactor().text(target))).join(', ');
  return { why: `not all of it is at ${where} yet`, isForceable: true };
}
