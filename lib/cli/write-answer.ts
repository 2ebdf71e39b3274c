import { statSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { AutologError } from '../contract/errors.js';
import { writeAtomic } from '../support/atomic-files.js';

/**
 * Writes an answer to the file that `-o` names, with the folders it needs, in one step; to a device such as `/dev/stdout` as it
 * is. Returns the file's whole path.
 *
 * @throws AutologError AXL_BAD_OPTIONS when it cannot be written there
 */
export function writeAnswer(file: string, content: string | Uint8Array): string {
  const path = resolve(file);
  try {
    if (isDevice(path)) writeFileSync(path, content);
    else writeAtomic(path, content);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new AutologError('AXL_BAD_OPTIONS', `-o ${file}: the file cannot be written: ${why}`, { cause });
  }
  return path;
}

function isDevice(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat !== undefined && !stat.isFile() && !stat.isDirectory();
}
