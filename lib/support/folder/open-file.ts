import { closeSync, constants, fchmodSync, fstatSync, lstatSync, openSync } from 'node:fs';
import { fileMode, inTheWay, isShared } from './place.js';

// Windows has neither flag.
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;
const NO_WAIT = constants.O_NONBLOCK ?? 0;

/** How a file is opened. `create` and `appendNew` need a name that is free. */
export type Access = 'create' | 'append' | 'appendNew' | 'update';

const FLAGS: Readonly<Record<Access, number>> = {
  create: constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL,
  append: constants.O_RDWR | constants.O_CREAT | constants.O_APPEND,
  appendNew: constants.O_RDWR | constants.O_CREAT | constants.O_APPEND | constants.O_EXCL,
  update: constants.O_RDWR,
};

/**
 * Opens a plain file for writing. Neither follows a link nor waits for a pipe. The file may have one name only, so that
 * no file elsewhere changes with it. Throws the file system's errors.
 *
 * @param mode permission bits of its folder
 * @throws AutologError `AXL_PATH_UNSAFE` if something else than a plain file with one name is there
 */
export function openPlain(path: string, access: Access, mode: number): number {
  const fd = openChecked(path, FLAGS[access] | NO_FOLLOW | NO_WAIT, fileMode(mode));
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile() || stat.nlink > 1) throw inTheWay(path, 'other');
    if (isShared(mode) && (stat.mode & 0o777) !== fileMode(mode) && stat.size === 0) fchmodSync(fd, fileMode(mode));
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** Opens a plain file for reading. Neither follows a link nor waits for a pipe. Throws the file system's errors. */
export function openToRead(path: string): number {
  const fd = openChecked(path, constants.O_RDONLY | NO_FOLLOW | NO_WAIT, 0);
  if (fstatSync(fd).isFile()) return fd;
  closeSync(fd);
  throw inTheWay(path, 'other');
}

/** Opens a plain file as {@link openToRead} does, uses it, and closes it, whatever happens. */
export function withPlainFile<T>(path: string, use: (fd: number) => T): T {
  const fd = openToRead(path);
  try {
    return use(fd);
  } finally {
    closeSync(fd);
  }
}

function openChecked(path: string, flags: number, mode: number): number {
  const isLink = (): boolean => lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  if (NO_FOLLOW === 0 && isLink()) throw inTheWay(path, 'link');
  try {
    return openSync(path, flags, mode);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // ELOOP and EMLINK: a link. ENXIO: a pipe that nobody reads, or a socket.
    if ((code === 'ELOOP' || code === 'EMLINK') && isLink()) throw inTheWay(path, 'link');
    if (code === 'ENXIO') throw inTheWay(path, 'other');
    throw error;
  }
}
