import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { AutologError } from '../contract/errors.js';

/**
 * Where the journal's files are. `<dir>/<runId>/`:
 * - `events.jsonl`: the events of the process that opened the run, one JSON object a line;
 * - `events.<writer>.jsonl`: those of every other process that wrote to it;
 * - `blobs/<sha256>.json`: big values, named by their content;
 * - `.state/<target>.json`: how far a sink has been fed.
 */

/** Segment of the process that opened the run. */
export const FIRST_SEGMENT = 'events.jsonl';

const SEGMENT_NAME = /^events(?:\..+)?\.jsonl$/;
const MAX_NAME_LENGTH = 200;
// Separators, control characters and what Windows forbids; a leading dot would hide it or escape the folder.
const UNSAFE_NAME = /[/\\:*?"<>|\p{Cc}]|^\.|[. ]$/u;

/**
 * Folder of one run.
 *
 * @throws AutologError AXL_BAD_OPTIONS when the id cannot name a folder directly inside `dir`
 */
export function runFolderOf(dir: string, runId: string): string {
  if (typeof runId !== 'string' || runId === '' || runId.length > MAX_NAME_LENGTH || UNSAFE_NAME.test(runId)) {
    throw new AutologError(
      'AXL_BAD_OPTIONS',
      `run id ${JSON.stringify(runId)} cannot name a folder: use 1 to ${MAX_NAME_LENGTH} letters, digits, '-', '_' or '.', not starting with '.'.`,
    );
  }
  return join(dir, runId);
}

/** Name of the segment of a writer that did not open the run. */
export function segmentOf(writer: string): string {
  return `events.${encodeURIComponent(writer).replaceAll('*', '%2A')}.jsonl`;
}

/** Segments of a run, `events.jsonl` first, the others by name. Empty when the folder is not there. */
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

/** Folder of the big values of a run. */
export function blobFolder(runDir: string): string {
  return join(runDir, 'blobs');
}

/** File of the value whose JSON has this SHA-256. */
export function blobFile(runDir: string, sha256: string): string {
  return join(blobFolder(runDir), `${sha256}.json`);
}

/** Files that keep how far a target has been fed, and by whom: the position and the lease. */
export function stateFiles(runDir: string, target: string): { readonly position: string; readonly lease: string } {
  const name = createHash('sha256').update(target).digest('hex').slice(0, 32);
  return { position: join(runDir, '.state', `${name}.json`), lease: join(runDir, '.state', `${name}.lock`) };
}
