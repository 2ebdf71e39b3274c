import { fstatSync, lstatSync, readSync, type Stats } from 'node:fs';
import { AutologError } from '../contract/errors.js';
import { withPlainFile } from '../support/folder/open-file.js';

/**
 * How a journal's files are read. A folder may come from anybody, so only plain files are read, up to a limit: a link
 * could lead to any file of the user, and a pipe or device could block the process or never end.
 */

/**
 * Returns the content of a plain file. Throws the file system's errors, and an `Error` if it has more than `limit` bytes.
 *
 * @throws AutologError `AXL_PATH_UNSAFE` for a link, pipe, device or folder
 */
export function readPlain(path: string, limit: number): Buffer {
  return withPlainFile(path, (fd) => {
    const { size } = fstatSync(fd);
    if (size > limit) throw new Error(`${path} has ${size} bytes, which is more than the ${limit} that are read`);
    const content = Buffer.allocUnsafe(size);
    let done = 0;
    for (let read = -1; done < size && read !== 0; done += read) read = readSync(fd, content, done, size - done, done);
    return content.subarray(0, done);
  });
}

/** Returns the state of a plain file, without following a link; `null` if there is none. */
export function statPlain(path: string): Stats | null {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats?.isFile() ? stats : null;
}

/** Returns whether there is a folder at the path itself, not behind a link. Never throws. */
export function isRealFolder(path: string): boolean {
  try {
    return lstatSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** Returns whether an error means that something else than a plain file is at a path. */
export function isNoPlainFile(error: unknown): error is AutologError {
  return error instanceof AutologError && error.code === 'AXL_PATH_UNSAFE';
}

/** Returns why a segment is not read, for a message. */
export function leftOut(path: string): string {
  return `${path} is left out: a segment must be a plain file, not a link, pipe or device`;
}
