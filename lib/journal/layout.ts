import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { AutologError } from '../contract/errors.js';
import type { Folder } from '../contract/folder.js';
import { openFolder } from '../support/folder/folder.js';
import { isPortableName } from '../support/folder/names.js';
import { received } from '../support/received.js';

/**
 * The files of a run's journal, in `<dir>/<runId>/`:
 * - `events.jsonl`: the events of the process that opened the run, one JSON object a line;
 * - `events.<writer>.jsonl`: the events of another process that writes to the run;
 * - `blobs/<sha256>.json`: big values, named by their content;
 * - `.state/<target>.json`: the position up to which a sink has been fed;
 * - `.state/<target>.lock`: the lease of the process that feeds the sink;
 * - `.state/<segment>.seal`: what shows that this user wrote the segment on this file system.
 */

/** Folder of the state files in the folder of a run. */
export const STATE_FOLDER = '.state';

/** File name of the segment of the process that opened the run. */
export const FIRST_SEGMENT = 'events.jsonl';

/** The file names of segments. */
export const SEGMENT_NAME = /^events(?:\..+)?\.jsonl$/;
const MAX_NAME_LENGTH = 200;

/**
 * Returns the folder of a run.
 *
 * @throws AutologError `AXL_BAD_OPTIONS` if the id cannot be the name of a folder in `dir`
 */
export function runFolderOf(dir: string, runId: string): string {
  if (!isRunId(runId)) {
    throw new AutologError(
      'AXL_BAD_OPTIONS',
      `the run id must be a folder name of at most ${MAX_NAME_LENGTH} characters, got ${received(runId)}. Use letters, digits, '-', '_' and '.'; do not start or end with '.'.`,
    );
  }
  return join(dir, runId);
}

/** A leading dot hides the folder from `ls`. */
function isRunId(runId: unknown): boolean {
  if (typeof runId !== 'string' || runId.length > MAX_NAME_LENGTH || runId.startsWith('.')) return false;
  return isPortableName(runId);
}

/**
 * Opens the folder of a run for writing. The folder of the journals may be reached by links; the run's own folder and
 * what is in it may not be links. Throws the file system's errors.
 *
 * @param mode permission bits of the folders that are made
 */
export function openRunFolder(runDir: string, mode: number): Folder {
  return openFolder(dirname(runDir), { mode }).folder(basename(runDir));
}

/** Returns the file name of the segment of a writer that did not open the run. */
export function segmentOf(writer: string): string {
  return `events.${encodeURIComponent(writer).replaceAll('*', '%2A')}.jsonl`;
}

/** Returns the file names of a run's segments: `events.jsonl` first, then by name. Empty if the folder does not exist. */
export function listSegments(runDir: string): string[] {
  let names: string[];
  try {
    names = readdirSync(runDir);
  } catch {
    return [];
  }
  return names
    .filter((name) => SEGMENT_NAME.test(name))
    .sort((a, b) => Number(b === FIRST_SEGMENT) - Number(a === FIRST_SEGMENT) || (a < b ? -1 : 1));
}

/** Returns the path, in the folder of a run, of the value whose JSON has this SHA-256. */
export function blobName(sha256: string): string {
  return `blobs/${sha256}.json`;
}

/** Returns the absolute path of the value whose JSON has this SHA-256. */
export function blobFile(runDir: string, sha256: string): string {
  return join(runDir, blobName(sha256));
}

/** The state files of a target. */
export interface StateFiles {
  /** Stores how far the target has been fed. */
  readonly position: string;
  /** Names the process that feeds it. */
  readonly lease: string;
}

/** Returns the paths of the state files of a target in the folder of a run. */
export function stateNames(target: string): StateFiles {
  const name = createHash('sha256').update(target).digest('hex').slice(0, 32);
  return { position: `${STATE_FOLDER}/${name}.json`, lease: `${STATE_FOLDER}/${name}.lock` };
}

/** Returns the absolute paths of the state files of a target. */
export function stateFiles(runDir: string, target: string): StateFiles {
  const { position, lease } = stateNames(target);
  return { position: join(runDir, position), lease: join(runDir, lease) };
}
