import { existsSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { AutologError } from '../contract/errors.js';
import { listSegments } from '../journal/layout.js';
import { listRuns } from '../journal/reader.js';
import { defaultJournalDir } from '../support/settings.js';

/** Ways to name a run on the command line, for `--help`. */
export const RUN_WORDS = "a run's id or the beginning of it, its folder, or 'latest'";

/** Options of every command that takes a run. */
export interface RunFlags {
  /** Journal folder that runs are searched in. Default: `AX_AUTOLOG_DIR`, else `.ax-autolog`. */
  readonly dir?: string;
  /** Whether to print JSON. Default false. */
  readonly json?: boolean;
}

/** Adds `--dir`, the journal folder that runs are searched in. */
export function withDir(command: Command): Command {
  return command.option('--dir <dir>', 'journal folder (default: AX_AUTOLOG_DIR, else .ax-autolog)');
}

/** Id and folder of a run that has a journal. */
export interface FoundRun {
  readonly runId: string;
  readonly runDir: string;
}

const SHOWN = 8;

/**
 * Finds the run that the user named: by id, by folder, by the beginning of an id that only one run has, or as `latest`,
 * the run that started last. Runs of kind `predictions` are never the latest.
 *
 * @throws AutologError `AXL_JOURNAL_MISSING` if there is no journal folder; `AXL_RUN_UNKNOWN`, with similar ids;
 * `AXL_RUN_AMBIGUOUS`, with the ids that begin so
 */
export function findRun(name: string, { dir }: RunFlags = {}): FoundRun {
  const folder = resolve(name);
  if (/[/\\]/.test(name) && holdsJournal(folder)) return { runId: basename(folder), runDir: folder };
  const journal = dir === undefined ? defaultJournalDir() : resolve(dir);
  const ids = journalsIn(journal);
  const found = (runId: string): FoundRun => ({ runId, runDir: join(journal, runId) });
  if (name === 'latest') return found(latestIn(journal));
  if (ids.includes(name)) return found(name);
  if (holdsJournal(folder)) return { runId: basename(folder), runDir: folder };
  if (!existsSync(journal)) throw noJournal(name, journal);
  const matches = name === '' ? [] : ids.filter((id) => id.startsWith(name));
  const [only, ...others] = matches;
  if (only === undefined) throw unknown(name, journal, ids);
  if (others.length > 0) throw ambiguous(name, matches);
  return found(only);
}

function holdsJournal(folder: string): boolean {
  return listSegments(folder).length > 0;
}

/** Returns the names of folders with a journal, whether or not it can be read. */
function journalsIn(dir: string): string[] {
  try {
    const folders = readdirSync(dir, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    return folders.map((entry) => entry.name).filter((name) => holdsJournal(join(dir, name)));
  } catch {
    return [];
  }
}

function latestIn(dir: string): string {
  const latest = listRuns(dir).find(({ kind }) => kind !== 'predictions');
  if (latest) return latest.runId;
  if (!existsSync(dir)) throw noJournal('latest', dir);
  throw new AutologError('AXL_RUN_UNKNOWN', `there is no latest run, because ${dir} has no runs.`);
}

function noJournal(name: string, dir: string): AutologError {
  const advice = 'Pass the journal folder with --dir, or pass the folder of a run';
  return new AutologError('AXL_JOURNAL_MISSING', `${dir} does not exist, so it has no run '${name}'. ${advice}.`);
}

function unknown(name: string, dir: string, ids: readonly string[]): AutologError {
  const near = nearest(name, ids);
  const advice = near.length > 0 ? `Did you mean ${near.join(', ')}?` : "List the runs with 'ax-autolog ls'.";
  return new AutologError('AXL_RUN_UNKNOWN', `no run in ${dir} has an id that begins with '${name}'. ${advice}`);
}

function ambiguous(name: string, matches: readonly string[]): AutologError {
  const more = matches.length > SHOWN ? ` and ${matches.length - SHOWN} more` : '';
  const shown = [...matches].sort().reverse().slice(0, SHOWN).join(', ');
  return new AutologError(
    'AXL_RUN_AMBIGUOUS',
    `${matches.length} runs begin with '${name}': ${shown}${more}. Pass more of the id.`,
  );
}

/** Returns the ids that contain the name, else those that share the longest beginning with it, latest first. */
function nearest(name: string, ids: readonly string[]): string[] {
  const latest = [...ids].sort().reverse();
  const wanted = name.toLowerCase();
  const containing = wanted === '' ? [] : latest.filter((id) => id.toLowerCase().includes(wanted));
  if (containing.length > 0) return containing.slice(0, SHOWN);
  const shared = latest.map((id) => sharedStart(id, name));
  const longest = Math.max(0, ...shared);
  return longest === 0 ? latest.slice(0, 3) : latest.filter((_, at) => shared[at] === longest).slice(0, SHOWN);
}

function sharedStart(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return length;
}
