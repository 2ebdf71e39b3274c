import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** How far a target has been fed: the byte offset of the first undelivered line, by segment. */
export type Position = Readonly<Record<string, number>>;

/** Returns the saved position. If there is none or it cannot be read, returns `{}`, the start of the journal. */
export function loadPosition(file: string): Position {
  try {
    const saved: unknown = JSON.parse(readFileSync(file, 'utf8'));
    const segments: unknown = typeof saved === 'object' && saved !== null && 'segments' in saved ? saved.segments : {};
    const valid = Object.entries(segments ?? {}).filter(([, offset]) => Number.isSafeInteger(offset) && offset >= 0);
    return Object.fromEntries(valid) as Position;
  } catch {
    return {};
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
