import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sizesOf } from '../journal/batch.js';
import { stateFiles } from '../journal/layout.js';
import { covers, loadPosition } from '../journal/position.js';
import { isLeased } from './lease.js';

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
