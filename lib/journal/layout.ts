import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { AutologError } from '../contract/errors.js';
import { isFileName, MAX_NAME_LENGTH } from '../contract/schema/scalars.js';
import { received } from '../support/received.js';

/**
 * The files of a run's journal, in `<dir>/<runId>/`:
 * - `events.jsonl`: the events of the process that opened the run, one JSON object a line;
 * - `events.<writer>.jsonl`: the events of another process that writes to the run;
 * - `blobs/<sha256>.json`: big values, named by their content;
 * - `.state/<target>.json`: the position up to which a sink has been fed;
 * - `.state/<target>.lock`: the lease of the process that feeds the sink.
 */

/** File name of the segment of the process that opened the run. */
export const FIRST_SEGMENT = 'events.jsonl';

/** The file names of segments. */
export const SEGMENT_NAME = /^events(?:\..+)?\.jsonl$/;

/**
 * Returns the folder of a run.
 *
 * @throws AutologError `AXL_BAD_OPTIONS` if the id cannot be the name of a folder in `dir`
 */
export function runFolderOf(dir: string, runId: string): string {
  if (!isFileName(runId)) {
    throw new AutologError(
      'AXL_BAD_OPTIONS',
      `the run id must be a folder name of at most ${MAX_NAME_LENGTH} characters, got ${received(runId)}. Use letters, digits, '-', '_' and '.'; do not start or end with '.'.`,
    );
  }
  return join(dir, runId);
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

/** Returns the folder of a run's blobs. */
export function blobFolder(runDir: string): string {
  return join(runDir, 'blobs');
}

/** Returns the file of the value whose JSON has this SHA-256. */
export function blobFile(runDir: string, sha256: string): string {
  return join(blobFolder(runDir), `${sha256}.json`);
}

/**
 * Returns the state files of a target: `position` stores how far it has been fed, `lease` which process is feeding it.
 */
export function stateFiles(runDir: string, target: string): { readonly position: string; readonly lease: string } {
  const name = createHash('sha256').update(target).digest('hex').slice(0, 32);
  return { position: join(runDir, '.state', `${name}.json`), lease: join(runDir, '.state', `${name}.lock`) };
}
