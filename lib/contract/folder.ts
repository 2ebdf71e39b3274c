/** Options of {@link Folder.write}. */
export interface WriteOptions {
  /** Whether the content is on the disk before the file gets its name. Default: false. */
  readonly sync?: boolean;
}

/**
 * A folder that nothing is written or removed outside of. Everything this package writes goes through one: the run's own
 * is `folder` of a sink's {@link BatchContext}, and `openFolder` opens any other.
 *
 * Paths are relative to the folder, with `/`, or absolute and inside it. Each name must be portable: pass foreign text
 * through `safeName` or `safePath` first. Below the folder no symbolic link is followed: what is written replaces a link
 * or is refused. Temporary files have names that nobody can guess. Missing folders are made.
 *
 * Every method throws the file system's errors, and `AXL_PATH_UNSAFE` if a name is not portable, the path leaves the
 * folder, or a link or something else is in the way. Nothing is written then. It does not protect from a process that
 * may write into the folder and swaps a folder for a link at the same instant: see docs/security.md.
 */
export interface Folder {
  /** Absolute path, without links. */
  readonly path: string;
  /** Returns a folder inside this one, under the same rules. It is made with its first file. */
  folder(path: string): Folder;
  /** Makes the folder, if it is missing. */
  make(): void;
  /** Replaces a file in one step: a reader sees the old content or the new content, never a part. */
  write(path: string, content: string | Uint8Array, options?: WriteOptions): void;
  /** Replaces a file as `write` with `sync` does, without blocking the process. Rejects with the errors of all methods. */
  writeLater(path: string, content: string): Promise<void>;
  /** Creates a file with its whole content unless something has its name. Returns whether this call created it. */
  create(path: string, content: string | Uint8Array): boolean;
  /**
   * Opens a file for appending and reading. Creates it if it is missing. It must be a plain file that has no other name.
   *
   * @param isNew whether the file must not exist yet: then it throws `EEXIST` if it does. Default: false
   * @returns the file descriptor, which you must close
   */
  openToAppend(path: string, isNew?: boolean): number;
  /** Overwrites bytes of a file that exists, from a position on. It must be a plain file that has no other name. */
  writeAt(path: string, content: Uint8Array, position: number): void;
  /** Returns the content of a plain file, or `null` if there is none. */
  read(path: string): Uint8Array | null;
  /** Returns the names in a folder, `[]` if it is missing. Default: those in this folder. */
  list(path?: string): string[];
  /** Gives a file another name inside the folder. A file or link of that name is replaced. */
  rename(from: string, to: string): void;
  /** Sets the times of a plain file to now. */
  touch(path: string): void;
  /** Removes a file or link, if it is there. */
  remove(path: string): void;
  /** Removes a folder with everything in it, if it is there. Links in it are removed, not followed. */
  removeFolder(path: string): void;
  /** Flushes the folder to the disk, so that new file names in it survive a power loss. */
  sync(): void;
}
