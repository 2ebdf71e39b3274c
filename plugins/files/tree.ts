import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { AutologError, type Json, writeAtomic } from 'ax-autolog/sink';
import type { GrowingTable } from './table.js';

/** Gives the content of a file when it is written, which may be after further events. */
export type Render = () => string | Uint8Array;

/** A value as a JSON file that a person reads. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Values as JSON Lines. */
export function jsonLines(values: readonly Json[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('');
}

/** The files below one folder that still have to be written. What failed stays on the list for the next save. */
export class OutputTree {
  readonly #files = new Map<string, Render>();
  readonly #tables = new Map<string, GrowingTable>();
  readonly #removals = new Set<string>();

  /** The file at `path` (relative, `/`) has new content. */
  put(path: string, render: Render): void {
    this.#files.set(path, render);
  }

  /** The table is kept at `path` until {@link release}. */
  table(path: string, table: GrowingTable): void {
    this.#tables.set(path, table);
  }

  /** The table at `path` grows no more. */
  release(path: string): void {
    this.#tables.delete(path);
  }

  /** The folder at `path`, made by this tree, gives way to one with another name. */
  removeFolder(path: string): void {
    this.#removals.add(path);
    for (const file of [...this.#files.keys()]) if (file.startsWith(`${path}/`)) this.#files.delete(file);
  }

  /** @throws AutologError `AXL_FILES_WRITE` for the first file that could not be written; the others are. */
  save(root: string): void {
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
        writeAtomic(join(root, path), render());
        this.#files.delete(path);
      });
    }
    for (const [path, table] of this.#tables) {
      if (table.dirty) attempt(path, () => table.save(join(root, path)));
    }
    for (const path of this.#removals) {
      attempt(path, () => {
        rmSync(join(root, path), { recursive: true, force: true });
        this.#removals.delete(path);
      });
    }
    if (failures[0]) throw writeError(root, failures[0], failures.length);
  }
}

/** The coded error for a file that could not be written; `count` is how many there were. */
export function writeError(root: string, [path, error]: readonly [string, unknown], count = 1): AutologError {
  const reason = error instanceof Error ? error.message : String(error);
  const others = count > 1 ? ` (and ${count - 1} more)` : '';
  return new AutologError(
    'AXL_FILES_WRITE',
    `'${join(root, path)}'${others} could not be written: ${reason}; make the folder writable or give files({ dir }) another; it is tried again with the next events`,
    { cause: error },
  );
}
