import { dirname } from 'node:path';
import type { Folder } from '../contract/folder.js';
import { parseJson } from '../contract/schema/bounds.js';
import { membersOf } from '../contract/schema/checks.js';
import { SEGMENT_NAME } from './layout.js';
import { isRealFolder, readPlain } from './read-file.js';

/** How far a target has been fed: the byte offset of the first undelivered line, by segment. */
export type Position = Readonly<Record<string, number>>;

/** Largest position file or lease that is read, in bytes. A position has one line for each process that wrote to the run. */
export const MAX_STATE_BYTES = 4 * 1024 * 1024;

/** Returns the saved position. If there is none or it cannot be read, returns `{}`, the start of the journal. */
export function loadPosition(file: string): Position {
  const segments = Object.entries(membersOf(readState(file)?.segments) ?? {});
  const valid = segments.filter(
    ([name, offset]) => SEGMENT_NAME.test(name) && Number.isSafeInteger(offset) && (offset as number) >= 0,
  );
  return Object.fromEntries(valid) as Position;
}

/** Returns the content of a small file in a run's `.state`; `null` if it is no JSON object or cannot be read. */
export function readState(file: string): Readonly<Record<string, unknown>> | null {
  try {
    if (!isRealFolder(dirname(file))) return null;
    return membersOf(parseJson(readPlain(file, MAX_STATE_BYTES).toString('utf8')));
  } catch {
    return null;
  }
}

/** Returns whether `position` has reached `target` in every segment. */
export function covers(position: Position, target: Position): boolean {
  return Object.entries(target).every(([segment, offset]) => (position[segment] ?? 0) >= offset);
}

/**
 * Saves a position. A reader sees the old one or the new one, even after a power loss. Rejects with the file system's
 * errors.
 */
export async function savePosition(
  folder: Folder,
  file: string,
  { target, position }: { readonly target: string; readonly position: Position },
): Promise<void> {
  await folder.writeLater(file, positionText(target, position));
}

/** Returns the text of a position file. */
export function positionText(target: string, position: Position): string {
  return `${JSON.stringify({ v: 1, target, segments: position }, null, 2)}\n`;
}
