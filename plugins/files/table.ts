import { csv, type Row } from 'ax-autolog/analysis';
import type { Folder } from 'ax-autolog/sink';

/**
 * CSV file that grows during a run. The first save and every save after new columns replace the file atomically. Other saves
 * write the new rows at a known position, so that repeating a failed save duplicates nothing.
 */
export class GrowingTable {
  #rows: Row[] = [];
  readonly #columns: string[];
  readonly #known: Set<string>;
  #saved = 0;
  #bytes = 0;
  #whole = true;

  readonly #keepRows: boolean;

  /** With `keepRows: false`, columns are fixed and rows are released once they are saved. */
  constructor(columns: readonly string[], keepRows: boolean) {
    this.#keepRows = keepRows;
    this.#columns = [...columns];
    this.#known = new Set(columns);
  }

  get size(): number {
    return this.#rows.length;
  }

  get dirty(): boolean {
    return this.#whole ? this.#rows.length > 0 : this.#saved < this.#rows.length;
  }

  add(row: Row): void {
    this.#rows.push(row);
    if (!this.#keepRows) return;
    for (const column of Object.keys(row)) {
      if (this.#known.has(column)) continue;
      this.#known.add(column);
      this.#columns.push(column);
      this.#whole = true;
    }
  }

  /** Returns the whole table with its rows in the given order. */
  render(compare: (a: Row, b: Row) => number): string {
    return csv(this.#columns, [...this.#rows].sort(compare));
  }

  save(root: Folder, path: string): void {
    if (this.#whole) {
      this.#replace(root, path);
      return;
    }
    const rows = this.#rows.slice(this.#saved);
    const text = Buffer.from(csv(this.#columns, rows, false));
    try {
      root.writeAt(path, text, this.#bytes);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      this.#replace(root, path);
      return;
    }
    this.#advance(rows.length, this.#bytes + text.length);
  }

  #replace(root: Folder, path: string): void {
    const text = Buffer.from(csv(this.#columns, this.#rows));
    root.write(path, text);
    this.#whole = false;
    this.#saved = 0;
    this.#advance(this.#rows.length, text.length);
  }

  #advance(count: number, bytes: number): void {
    this.#bytes = bytes;
    if (this.#keepRows) this.#saved += count;
    else this.#rows = this.#rows.slice(count);
  }
}
