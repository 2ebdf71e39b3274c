import { Columns, csv, type Row } from 'ax-autolog/analysis';
import type { Folder } from 'ax-autolog/sink';

/**
 * CSV file that grows during a run. The first save and every save after new columns replace the file atomically. Other saves
 * write the new rows at a known position, so that repeating a failed save duplicates nothing.
 */
export class GrowingTable {
  #rows: Row[] = [];
  readonly #columns: Columns;
  #saved = 0;
  #bytes = 0;
  #whole = true;

  readonly #keepRows: boolean;

  /** With `keepRows: false`, columns are fixed and rows are released once they are saved. */
  constructor(columns: readonly string[], keepRows: boolean) {
    this.#keepRows = keepRows;
    this.#columns = new Columns(columns);
  }

  get size(): number {
    return this.#rows.length;
  }

  get dirty(): boolean {
    return this.#whole ? this.#rows.length > 0 : this.#saved < this.#rows.length;
  }

  add(row: Row): void {
    if (!this.#keepRows) {
      this.#rows.push(row);
      return;
    }
    const before = this.#columns.names.length;
    const members = Object.entries(row);
    const fitted = this.#columns.fit(members);
    this.#rows.push(fitted === members ? row : Object.fromEntries(fitted));
    if (this.#columns.names.length > before) this.#whole = true;
  }

  /** Returns the whole table with its rows in the given order. */
  render(compare: (a: Row, b: Row) => number): string {
    return csv(this.#columns.names, [...this.#rows].sort(compare));
  }

  save(root: Folder, path: string): void {
    if (this.#whole) {
      this.#replace(root, path);
      return;
    }
    const rows = this.#rows.slice(this.#saved);
    const text = Buffer.from(csv(this.#columns.names, rows, false));
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
    const text = Buffer.from(csv(this.#columns.names, this.#rows));
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
