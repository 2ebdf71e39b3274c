import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/*
 * Everything here is synchronous, for two reasons. It is faster: 50 to 130 µs a file on a local disk, 250 to 300 µs with
 * promises. And it works while the process exits, so the last events reach the disk.
 */

/**
 * Replaces a file in one step: a reader sees the old content or the new content, never a part. Creates missing folders.
 * Throws the file system's errors and then leaves the old file as it was.
 */
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

/** Returns the `code` of a system error, such as `ENOENT`; `undefined` for anything else. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

/** Some file systems have no hard links. */
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
