import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { AutologError } from '../contract/errors.js';
import type { RunSummary } from '../contract/run-summary.js';
import { listSegments } from '../journal/layout.js';
import { listRuns } from '../journal/runs.js';

/** Runs of a journal folder. */
export interface FoundRuns {
  /** Runs, oldest first, so that a run precedes those that were started inside it. */
  readonly runs: readonly RunSummary[];
  /** Run folders whose journal cannot be read: torn at its first line, or written by a newer version. */
  readonly unreadable: readonly string[];
}

/**
 * Finds the runs in a journal folder, or the one run whose folder it is.
 *
 * @throws AutologError `AXL_JOURNAL_MISSING` if there is no such folder, or no journal in it
 */
export function findRuns(dir: string): FoundRuns {
  const folder = resolve(dir);
  if (!existsSync(folder)) throw missing(dir, 'does not exist');
  if (!statSync(folder).isDirectory()) throw missing(dir, 'is a file');
  const isRun = listSegments(folder).length > 0;
  const parent = isRun ? dirname(folder) : folder;
  const runs = listRuns(parent)
    .filter(({ runDir }) => !isRun || runDir === folder)
    .reverse();
  const journals = isRun
    ? [basename(folder)]
    : folders(folder).filter((name) => listSegments(join(folder, name)).length > 0);
  const unreadable = journals
    .filter((name) => !runs.some(({ runId }) => runId === name))
    .map((name) => join(parent, name));
  if (journals.length === 0) throw missing(dir, 'holds no run');
  return { runs, unreadable };
}

function folders(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
}

function missing(dir: string, problem: string): AutologError {
  const advice = 'Pass a journal folder such as .ax-autolog, or the folder of one run, which holds its events.jsonl';
  return new AutologError('AXL_JOURNAL_MISSING', `${dir} ${problem}. ${advice}.`);
}
