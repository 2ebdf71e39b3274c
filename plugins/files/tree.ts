import { join } from 'node:path';
import { AutologError, type Folder, type Json } from 'ax-autolog/sink';
import type { GrowingTable } from './table.js';

/** Returns the content of a file. Called when the file is written, which may be after further events. */
export type Render = () => string | Uint8Array;

/** Returns a value as indented JSON with a final newline. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Returns values as JSON Lines. */
export function jsonLines(values: readonly Json[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('');
}

/** Files in one folder that are to be written. A file that could not be written is written again by the next save. */
export class OutputTree {
  readonly #files = new Map<string, Render>();
  readonly #tables = new Map<string, GrowingTable>();
  readonly #removals = new Set<string>();

  /** Sets the content of the file at `path`, relative and with `/`. */
  put(path: string, render: Render): void {
    this.#files.set(path, render);
  }

  /** Writes a table to `path` with each save, until {@link release}. */
  table(path: string, table: GrowingTable): void {
    this.#tables.set(path, table);
  }

  /** Stops writing the table at `path`. */
  release(path: string): void {
    this.#tables.delete(path);
  }

  /** Removes a folder that this tree created, with the next save. */
  removeFolder(path: string): void {
    this.#removals.add(path);
    for (const file of [...this.#files.keys()]) if (file.startsWith(`${path}/`)) this.#files.delete(file);
  }

  /**
   * Writes all changes below `root`.
   *
   * @throws AutologError `AXL_FILES_WRITE` for the first file that could not be written, after writing the others
   */
  save(root: Folder): void {
    const failures: [string, unknown][] = [];
    const attempt = (path: string, action: () => void): void => {
      try {
        action();
      } catch (error) {
        failures.push([path, error]);
      }
    };
    for (const [path, render] of this.#files) {
      attempt(path, () => {
        root.write(path, render());
        this.#files.delete(path);
      });
    }
    for (const [path, table] of this.#tables) {
      if (table.dirty) attempt(path, () => table.save(root, path));
    }
    for (const path of this.#removals) {
      attempt(path, () => {
        root.removeFolder(path);
        this.#removals.delete(path);
      });
    }
    if (failures[0]) throw writeError(root.path, failures[0], failures.length);
  }
}

/** Returns the error for a file that could not be written. `count` is the number of such files. */
export function writeError(root: string, [path, error]: readonly [string, unknown], count = 1): AutologError {
  const reason = error instanceof Error ? error.message : String(error);
  const others = count > 1 ? ` (and ${count - 1} more)` : '';
  return new AutologError(
    'AXL_FILES_WRITE',
    `'${join(root, path)}'${others} could not be written: ${reason}. Make the folder writable or pass another one to files({ dir }). The next events write it again.`,
    { cause: error },
  );
}
