import { randomUUID } from 'node:crypto';
import { closeSync, fdatasyncSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';

/**
 * Writes a whole file so that a reader sees either the old content or the new. Throws the file system's errors and then
 * leaves nothing behind.
 *
 * @param sync whether the content is forced to the disk before it takes the file's name
 */
export function writeAtomically(file: string, content: Buffer, sync: boolean): void {
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    const fd = openSync(temporary, 'wx');
    try {
      for (let done = 0; done < content.length; ) done += writeSync(fd, content, done);
      if (sync) fdatasyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Makes new names in a folder survive a power loss. */
export function syncFolder(folder: string): void {
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
