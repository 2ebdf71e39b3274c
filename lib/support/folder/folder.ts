import {
  closeSync,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Folder, WriteOptions } from '../../contract/folder.js';
import { namesOf } from './names.js';
import { openPlain, withPlainFile } from './open-file.js';
import { checkFolder, inTheWay, PRIVATE, placeOf, realPath } from './place.js';
import { createWhole, replace, replaceLater, type Target, writeAll } from './temporary.js';

/** Options of {@link openFolder}. */
export interface FolderOptions {
  /**
   * Permission bits of the folders that are made, e.g. `0o770`. Files get the same without the execute bits. Default:
   * `0o700`, so that only the owner of the process reads them. Windows ignores it.
   */
  readonly mode?: number;
}

/** Opens a folder for writing. Links in its own path are resolved once, now. It is made with its first file. */
export function openFolder(path: string, { mode = PRIVATE }: FolderOptions = {}): Folder {
  return new BoundFolder(realPath(path), mode);
}

class BoundFolder implements Folder {
  readonly path: string;
  readonly #root: string;
  readonly #names: readonly string[];
  readonly #mode: number;

  constructor(root: string, mode: number, names: readonly string[] = []) {
    this.#root = root;
    this.#mode = mode;
    this.#names = names;
    this.path = join(root, ...names);
  }

  folder(path: string): BoundFolder {
    return new BoundFolder(this.#root, this.#mode, [...this.#names, ...namesOf(this.path, path)]);
  }

  make(): void {
    checkFolder(this.#self(this.#mode), this.#mode);
  }

  write(path: string, content: string | Uint8Array, { sync = false }: WriteOptions = {}): void {
    const target = this.#target(path, sync);
    replace(target, content);
    if (sync) this.#syncFolderOf(path);
  }

  async writeLater(path: string, content: string): Promise<void> {
    await replaceLater(this.#target(path, true), content);
  }

  create(path: string, content: string | Uint8Array): boolean {
    const target = this.#target(path, false);
    return lstatSync(target.path, { throwIfNoEntry: false }) === undefined && createWhole(target, content);
  }

  openToAppend(path: string, isNew = false): number {
    return openPlain(this.#place(path, this.#mode), isNew ? 'appendNew' : 'append', this.#mode);
  }

  writeAt(path: string, content: Uint8Array, position: number): void {
    const fd = openPlain(this.#place(path, null), 'update', this.#mode);
    try {
      writeAll(fd, content, position);
    } finally {
      closeSync(fd);
    }
  }

  read(path: string): Buffer | null {
    const file = this.#place(path, null);
    if (lstatSync(file, { throwIfNoEntry: false }) === undefined) return null;
    return withPlainFile(file, (fd) => readFileSync(fd));
  }

  list(path?: string): string[] {
    const folder = (path === undefined ? this : this.folder(path)).#self(null);
    return checkFolder(folder, null) ? readdirSync(folder) : [];
  }

  rename(from: string, to: string): void {
    renameSync(this.#place(from, null), this.#place(to, this.#mode));
  }

  touch(path: string): void {
    const file = this.#place(path, null);
    if (lstatSync(file).isSymbolicLink()) throw inTheWay(file, 'link');
    const now = new Date();
    utimesSync(file, now, now);
  }

  remove(path: string): void {
    rmSync(this.#place(path, null), { force: true });
  }

  removeFolder(path: string): void {
    rmSync(this.#place(path, null), { recursive: true, force: true, maxRetries: 3 });
  }

  sync(): void {
    const fd = openSync(this.#self(null), 'r');
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  }

  #syncFolderOf(path: string): void {
    const names = namesOf(this.path, path).slice(0, -1);
    (names.length === 0 ? this : this.folder(names.join('/'))).sync();
  }

  #target(path: string, sync: boolean): Target {
    return { path: this.#place(path, this.#mode), mode: this.#mode, sync };
  }

  #place(path: string, makes: number | null): string {
    return placeOf(this.#root, [...this.#names, ...namesOf(this.path, path)], makes);
  }

  #self(makes: number | null): string {
    return placeOf(this.#root, this.#names, makes);
  }
}
