import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/*
 * Everything here is synchronous: on a local disk a file takes 50 to 130 µs, against 250 to 300 with promises, and the
 * last events are on disk also when the process is about to exit.
 */

/** Replaces a file in one step: a reader sees the old content or the new, never a part. Makes missing folders. */
export function writeAtomic(path: string, content: string | Uint8Array): void {
  const temporary = writeTemporary(path, content);
  try {
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Creates a file with its whole content unless it exists. Returns whether this call created it. Makes missing folders. */
export function createOnce(path: string, content: string): boolean {
  const temporary = writeTemporary(path, content);
  try {
    linkSync(temporary, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    return createExclusive(path, content);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** The `code` of a system error, or undefined. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

/** For file systems without hard links. */
function createExclusive(path: string, content: string): boolean {
  try {
    writeFileSync(path, content, { flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

function writeTemporary(path: string, content: string | Uint8Array): string {
  const folder = dirname(path);
  const temporary = join(folder, `.${randomBytes(6).toString('hex')}.tmp`);
  try {
    writeFileSync(temporary, content, { flag: 'wx' });
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') {
      rmSync(temporary, { force: true });
      throw error;
    }
    mkdirSync(folder, { recursive: true });
    writeFileSync(temporary, content, { flag: 'wx' });
  }
  return temporary;
}
