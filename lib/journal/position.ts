import { readFileSync } from 'node:fs';
import type { Folder } from '../contract/folder.js';

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
