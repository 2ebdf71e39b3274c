import { fstatSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { sizesOf } from '../journal/batch.js';
import { listSegments, openRunFolder, stateFiles, stateNames } from '../journal/layout.js';
import { readTail } from '../journal/lines.js';
import { covers, loadPosition, type Position, positionText, readState } from '../journal/position.js';
import { statPlain } from '../journal/read-file.js';
import { folders } from '../journal/runs.js';
import { whyForeign } from '../journal/seal/own-runs.js';
import { withPlainFile } from '../support/folder/open-file.js';
import { journalMode } from '../support/settings.js';
import { type StateKey, stateKey } from '../support/state-key.js';
import type { ForeignRun } from './foreign/warnings.js';
import { isLeased } from './lease.js';

/** The undelivered part of a run. */
export interface Backlog {
  /** Targets that have not received all events of the run. */
  readonly targets: readonly string[];
  /** Whether a live process is delivering the run to a target. */
  readonly isFed: boolean;
}

/** Returns which targets have not received all events of a run. Ignores a torn last line, which is never delivered. */
export function backlogOf(runDir: string): Backlog {
  const folder = join(runDir, '.state');
  const names = namesIn(folder);
  const ends = endsOfLines(runDir);
  const targets = names
    .filter((name) => name.endsWith('.json') && !covers(loadPosition(join(folder, name)), ends))
    .map((name) => targetIn(join(folder, name)));
  return { targets, isFed: names.some((name) => name.endsWith('.lock') && isLeased(join(folder, name))) };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Returns the target of a position file, or the file's path if its content is not valid. */
function targetIn(file: string): string {
  const target = readState(file)?.target;
  return typeof target === 'string' ? target : file;
}

const LINE_FEED = 0x0a;

/** Returns the end of the last complete line of every segment, in bytes. */
function endsOfLines(runDir: string): Position {
  return Object.fromEntries(listSegments(runDir).map((segment) => [segment, endOfLines(join(runDir, segment))]));
}

function endOfLines(path: string): number {
  if (statPlain(path) === null) return 0;
  return withPlainFile(path, (fd) => {
    const { size } = fstatSync(fd);
    const last = Buffer.alloc(1);
    if (size === 0 || (readSync(fd, last, 0, 1, size - 1) === 1 && last[0] === LINE_FEED)) return size;
    const tail = readTail(fd);
    return size - tail.length + tail.lastIndexOf(LINE_FEED) + 1;
  });
}

/**
 * Records next to the journal that a run must be delivered to a target, unless that is recorded already. A later
 * process can then deliver the run if this one dies. Throws the file system's errors.
 */
export function markTarget(runDir: string, target: string): void {
  openRunFolder(runDir, journalMode()).create(stateNames(target).position, positionText(target, {}));
}

/** Runs with events that a target has not received. */
export interface Leftovers {
  /** Folders of the runs that this user wrote here. */
  readonly own: readonly string[];
  /** The other runs: they came with a repository or an archive, or another user, machine or version wrote them. */
  readonly foreign: readonly ForeignRun[];
}

/**
 * Returns the runs in `dir` that still have events for a target and that no live process is delivering. Empty if `dir`
 * does not exist.
 *
 * @param known ids of runs to ignore
 */
export function leftoverRuns(dir: string, target: string, known: ReadonlySet<string> = new Set()): Leftovers {
  const own: string[] = [];
  const foreign: ForeignRun[] = [];
  let key: StateKey | null | undefined;
  for (const name of folders(dir)) {
    const runDir = join(dir, name);
    if (known.has(name) || !isLeftover(runDir, target)) continue;
    key = key === undefined ? stateKey() : key;
    const why = whyForeign(runDir, key);
    if (why === null) own.push(runDir);
    else foreign.push({ runDir, why });
  }
  return { own, foreign };
}

/** Checks the cheap things first: most runs are delivered. */
function isLeftover(runDir: string, target: string): boolean {
  const { position, lease } = stateFiles(runDir, target);
  try {
    if (statPlain(position) === null || isLeased(lease)) return false;
    return !covers(loadPosition(position), sizesOf(runDir));
  } catch {
    return false;
  }
}
