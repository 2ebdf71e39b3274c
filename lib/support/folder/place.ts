import { chmodSync, lstatSync, mkdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { AutologError } from '../../contract/errors.js';

/** Permission bits of folders by default: only their owner may enter them. */
export const PRIVATE = 0o700;

/** Returns the permission bits of files in a folder with the permission bits `mode`. */
export function fileMode(mode: number): number {
  return mode & 0o666;
}

/** Whether permission bits let others in, so that the process's umask must not take them away again. */
export function isShared(mode: number): boolean {
  return (mode & 0o077) !== 0;
}

/**
 * Returns the path with every link in it resolved. What cannot be resolved, because it does not exist yet or cannot be
 * read, is taken as it is: the first access then finds out.
 */
export function realPath(path: string): string {
  const absolute = resolve(path);
  try {
    return realpathSync(absolute);
  } catch {
    const parent = dirname(absolute);
    return parent === absolute ? absolute : join(realPath(parent), basename(absolute));
  }
}

/**
 * Returns the path of a file below `root`, after a check that no folder on the way is a link.
 *
 * @param makes permission bits of the folders to make where they are missing, or `null` to make none
 * @throws AutologError `AXL_PATH_UNSAFE` if something else than a folder is in the way
 */
export function placeOf(root: string, names: readonly string[], makes: number | null): string {
  let at = root;
  let exists = checkFolder(at, makes);
  for (const name of names.slice(0, -1)) {
    at = join(at, name);
    exists = exists && checkFolder(at, makes);
  }
  return join(at, names.at(-1) ?? '');
}

/** Returns whether the folder exists now. */
export function checkFolder(path: string, makes: number | null): boolean {
  for (let attempt = 0; ; attempt += 1) {
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat?.isDirectory()) return true;
    if (stat !== undefined) throw inTheWay(path, stat.isSymbolicLink() ? 'link' : 'file');
    if (makes === null) return false;
    // The second look finds what another process may have put there at the same time.
    if (attempt === 0) makeFolder(path, makes);
  }
}

function makeFolder(path: string, mode: number): void {
  const first = mkdirSync(path, { recursive: true, mode });
  if (first === undefined || !isShared(mode)) return;
  for (let at = path; at.length >= first.length; at = dirname(at)) chmodSync(at, mode);
}

const IN_THE_WAY = {
  link: 'is a symbolic link, and links are not followed',
  file: 'is a file where a folder is needed',
  other: 'is no plain file, or has a second name elsewhere (a hard link)',
} as const;

/** Returns the error for something that nothing is written through, because what lies behind it may be elsewhere. */
export function inTheWay(path: string, kind: keyof typeof IN_THE_WAY): AutologError {
  const what = IN_THE_WAY[kind];
  return new AutologError('AXL_PATH_UNSAFE', `'${path}' ${what}. Remove it or move it away; then it is written again.`);
}
