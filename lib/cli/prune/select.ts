import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { byteSize } from '../../analysis/format/formats.js';
import { oneLine } from '../../analysis/format/text.js';
import type { RunSummary } from '../../contract/run-summary.js';
import { pendingOf } from '../../deliver/backlog.js';
import { hasLiveWriter } from '../../journal/alive.js';
import { summaryOf } from '../../journal/reader.js';
import { createRedactor } from '../../support/redact/redact.js';

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

/** A length of time or a size, as it was written. */
export interface Limit {
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

/** Reads `90m`, `12h`, `30d`, `2w`. */
export function age(text: string): Limit {
  return limit(text, TIMES, 'expected a number and m, h, d or w, such as 30d.');
}

/** Reads `500MB`, `2GB`, `1.5GiB`; a number alone counts bytes. */
export function size(text: string): Limit {
  return limit(
    /^[\d.]+$/.test(text) ? `${text}b` : text,
    SIZES,
    `expected a size such as ${byteSize(2e9).replace(' ', '')}.`,
  );
}

function limit(text: string, units: Readonly<Record<string, number>>, expected: string): Limit {
  const [, amount = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([a-z]+)$/i.exec(text.trim()) ?? [];
  const factor = Object.hasOwn(units, unit.toLowerCase()) ? units[unit.toLowerCase()] : undefined;
  if (factor === undefined) throw new InvalidArgumentError(expected);
  return { text, value: Number(amount) * factor };
}

/** Why a run must stay, and whether the user may say otherwise. */
export interface Guard {
  readonly why: string;
  readonly isForceable: boolean;
}

/** Target of the files sink when it writes beside the journal: what it lacks would go with the journal. */
const BESIDE_JOURNAL = 'files';

/**
 * What keeps a run from being removed at this moment: it is going on, it is being delivered, or it has not arrived at all that
 * it is meant for.
 */
export function guardOf(runDir: string, runId: string): Guard | null {
  if (summaryOf(runDir, runId)?.status === 'running' && hasLiveWriter(runDir)) {
    return { why: 'it is running', isForceable: false };
  }
  const { targets, isFed } = pendingOf(runDir);
  if (isFed) return { why: 'it is being delivered', isForceable: false };
  const elsewhere = targets.filter((target) => target !== BESIDE_JOURNAL);
  if (elsewhere.length === 0) return null;
  const where = elsewhere.map((target) => oneLine(createRedactor().text(target))).join(', ');
  return { why: `not all of it is at ${where} yet`, isForceable: true };
}
