import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseJson } from '../contract/schema/bounds.js';
import { membersOf } from '../contract/schema/checks.js';
import { SEGMENT_NAME } from './layout.js';
import { isRealFolder, readRegular } from './open-file.js';

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
    return membersOf(parseJson(readRegular(file, MAX_STATE_BYTES).toString('utf8')));
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
export async function savePosition(file: string, target: string, position: Position): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    const handle = await open(temporary, 'wx');
    try {
      await handle.writeFile(`${JSON.stringify({ v: 1, target, segments: position }, null, 2)}\n`);
      await handle.datasync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
