import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, type Stats } from 'node:fs';

/**
 * The reading half of a journal's files. A folder may come from anybody, so only regular files are read: a link could
 * lead to any file of the user, and a pipe or device could block the process or never end.
 */

/** The file is a link, pipe, device or folder, or is larger than what is read. */
export class UnreadableFile extends Error {
  /** Names the file and what is wrong with it. */
  constructor(path: string, problem: string) {
    super(`${path} ${problem}`);
    this.name = 'UnreadableFile';
  }
}

// Windows has neither flag, and no links that a stranger's archive could hold without being noticed.
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Opens a regular file for reading. It never waits and follows no link in the last part of the path. Throws the file
 * system's errors, and {@link UnreadableFile} for anything but a regular file.
 */
export function openRegular(path: string): number {
  let fd: number;
  try {
    fd = openSync(path, FLAGS);
  } catch (error) {
    if (isLink(path)) throw new UnreadableFile(path, 'is a link, and links in a journal are not followed');
    throw error;
  }
  if (fstatSync(fd).isFile()) return fd;
  closeSync(fd);
  throw new UnreadableFile(path, 'is a pipe, device or folder');
}

/** Returns the content of a regular file of at most `limit` bytes. Throws as {@link openRegular} does. */
export function readRegular(path: string, limit: number): Buffer {
  const fd = openRegular(path);
  try {
    const { size } = fstatSync(fd);
    if (size > limit)
      throw new UnreadableFile(path, `has ${size} bytes, which is more than the ${limit} that are read`);
    const content = Buffer.allocUnsafe(size);
    let done = 0;
    for (let read = -1; done < size && read !== 0; done += read) read = readSync(fd, content, done, size - done, done);
    return content.subarray(0, done);
  } finally {
    closeSync(fd);
  }
}

/** Returns the state of a regular file, without following a link; `null` if there is none. */
export function statRegular(path: string): Stats | null {
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

function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
}
