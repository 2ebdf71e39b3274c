import { lstatSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { replace } from './temporary.js';

/** Folders whose links are the system's own, e.g. `/dev/stdout`. */
const SYSTEM_FOLDERS = new Set(['/dev', '/dev/fd', '/proc/self/fd']);

/** Permission bits before the process's umask, as every program has them for what its user asks for. */
const BY_UMASK = 0o777;

/**
 * Writes a file that the user asked for by its path, and returns its absolute path. The file is replaced in one step and
 * missing folders are made; their permissions follow the umask. A link that has its name is replaced, not followed, so
 * that nobody can plant one. A device or pipe, such as `/dev/stdout`, is written to. Throws the file system's errors.
 */
export function writeResult(file: string, content: string | Uint8Array): string {
  const path = resolve(file);
  if (isDevice(path)) {
    writeFileSync(path, content);
    return path;
  }
  makeResultFolder(dirname(path));
  replace(
    { path: join(realpathSync(dirname(path)), basename(path)), mode: BY_UMASK & ~process.umask(), sync: false },
    content,
  );
  return path;
}

/** Makes a folder that the user asked for by its path, and the missing folders above it. Throws the file system's errors. */
export function makeResultFolder(path: string): void {
  mkdirSync(path, { recursive: true });
}

function isDevice(path: string): boolean {
  if (SYSTEM_FOLDERS.has(dirname(path))) return true;
  const stat = lstatSync(path, { throwIfNoEntry: false });
  return stat !== undefined && !stat.isFile() && !stat.isDirectory() && !stat.isSymbolicLink();
}
