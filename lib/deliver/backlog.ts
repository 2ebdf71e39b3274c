import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { sizesOf } from '../journal/batch.js';
import { listSegments, stateFiles } from '../journal/layout.js';
import { readTail } from '../journal/lines.js';
import { covers, loadPosition, type Position } from '../journal/position.js';
import { isLeased } from './lease.js';

/** Who has yet to get something of a run. */
export interface Pending {
  /** Targets that the run is meant for and that lack some of its events. */
  readonly targets: readonly string[];
  /** Whether somebody who is alive feeds it to a target at this moment. */
  readonly isFed: boolean;
}

/** Who has yet to get something of a run. A torn last line is nothing that anybody will get. */
export function pendingOf(runDir: string): Pending {
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

/** A position that cannot be read says nothing of what was delivered: it counts from the beginning, under its file's name. */
function targetIn(file: string): string {
  try {
    const saved: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof saved === 'object' && saved !== null && 'target' in saved && typeof saved.target === 'string') {
      return saved.target;
    }
  } catch {
    // Named by its file.
  }
  return file;
}

const LINE_FEED = 0x0a;

/** Offset behind the last whole line of every segment. */
function endsOfLines(runDir: string): Position {
  return Object.fromEntries(listSegments(runDir).map((segment) => [segment, endOfLines(join(runDir, segment))]));
}

function endOfLines(path: string): number {
  const fd = openSync(path, 'r');
  try {
    const { size } = fstatSync(fd);
    const last = Buffer.alloc(1);
    if (size === 0 || (readSync(fd, last, 0, 1, size - 1) === 1 && last[0] === LINE_FEED)) return size;
    const tail = readTail(fd);
    return size - tail.length + tail.lastIndexOf(LINE_FEED) + 1;
  } finally {
    closeSync(fd);
  }
}

/**
 * Notes beside the journal that the run is meant for this target, before anything was delivered: a process that dies
 * first leaves a sign for the next one. Throws the file system's error.
 */
export function markTarget(runDir: string, target: string): void {
  const { position } = stateFiles(runDir, target);
  mkdirSync(dirname(position), { recursive: true });
  try {
    writeFileSync(position, `${JSON.stringify({ v: 1, target, segments: {} }, null, 2)}\n`, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/**
 * Folders of the runs in `dir` that are meant for this target and hold events it has not had, and that nobody alive
 * feeds. Empty when the folder is not there.
 */
export function leftoverRuns(dir: string, target: string): string[] {
  let names: string[];
  try {
    names = readdirSync(dir);
  } catch {
    return [];
  }
  return names.map((name) => join(dir, name)).filter((runDir) => isLeftover(runDir, target));
}

function isLeftover(runDir: string, target: string): boolean {
  const { position, lease } = stateFiles(runDir, target);
  if (!existsSync(position) || isLeased(lease)) return false;
  try {
    return !covers(loadPosition(position), sizesOf(runDir));
  } catch {
    return false;
  }
}
