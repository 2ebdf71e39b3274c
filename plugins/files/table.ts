import { closeSync, openSync, writeSync } from 'node:fs';
import { stringify } from 'csv-stringify/sync';
import type { Json } from '../../lib/events.js';
import { codeOf, writeAtomic } from './atomic.js';

/** A row by column name. A column that is not there is an empty cell. */
export type Row = { readonly [column: string]: Json | undefined };

/** A plain number is shown as it is; any other text that a spreadsheet would run as a formula is not. */
const NUMBER = /^[+-]?(\d+([.,]\d*)*|[.,]\d+)(e[+-]?\d+)?$/i;
const FORMULA = /^[=+\-@\t\r]/;

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;

/** Control characters but tab and line breaks as `\\u001b`: a file that is shown on a terminal must not drive it. */
export function visible(text: string): string {
  return text.replace(CONTROLS, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/**
 * One value as the text of a cell. Text that a spreadsheet would run as a formula (OWASP, "CSV Injection": it begins
 * with `=`, `+`, `-`, `@`, tab or carriage return, and is no number) gets an apostrophe in front. Objects become JSON.
 */
export function cell(value: Json | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'object') return visible(JSON.stringify(value));
  const text = visible(String(value));
  return typeof value === 'string' && FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
}

/** Rows as CSV by RFC 4180: lines end with CRLF, quotes are doubled, cells with line breaks are quoted. */
export function csv(columns: readonly string[], rows: readonly Row[], header = true): string {
  const records = rows.map((row) => columns.map((column) => cell(row[column])));
  return stringify(header ? [columns.map((column) => cell(column)), ...records] : records, {
    record_delimiter: '\r\n',
  });
}

/**
 * A CSV file that grows while a run goes on. The first save, and one after new columns, replaces the file in one step;
 * later ones write the new rows at a known position, so that a save repeated after a failure doubles nothing.
 */
export class GrowingTable {
  private rows: Row[] = [];
  private readonly columns: string[];
  private readonly known: Set<string>;
  private saved = 0;
  private bytes = 0;
  private whole = true;

  /** With `keepRows: false` the columns are fixed and rows are let go once they are saved. */
  constructor(
    columns: readonly string[],
    private readonly keepRows: boolean,
  ) {
    this.columns = [...columns];
    this.known = new Set(columns);
  }

  get size(): number {
    return this.rows.length;
  }

  get dirty(): boolean {
    return this.whole ? this.rows.length > 0 : this.saved < this.rows.length;
  }

  add(row: Row): void {
    this.rows.push(row);
    if (!this.keepRows) return;
    for (const column of Object.keys(row)) {
      if (this.known.has(column)) continue;
      this.known.add(column);
      this.columns.push(column);
      this.whole = true;
    }
  }

  /** The whole table with its rows in the given order. */
  render(compare: (a: Row, b: Row) => number): string {
    return csv(this.columns, [...this.rows].sort(compare));
  }

  save(path: string): void {
    if (this.whole) {
      this.replace(path);
      return;
    }
    const rows = this.rows.slice(this.saved);
    const text = Buffer.from(csv(this.columns, rows, false));
    try {
      writeAt(path, text, this.bytes);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
      this.replace(path);
      return;
    }
    this.advance(rows.length, this.bytes + text.length);
  }

  private replace(path: string): void {
    const text = Buffer.from(csv(this.columns, this.rows));
    writeAtomic(path, text);
    this.whole = false;
    this.saved = 0;
    this.advance(this.rows.length, text.length);
  }

  private advance(count: number, bytes: number): void {
    this.bytes = bytes;
    if (this.keepRows) this.saved += count;
    else this.rows = this.rows.slice(count);
  }
}

function writeAt(path: string, bytes: Uint8Array, position: number): void {
  const file = openSync(path, 'r+');
  try {
    for (let done = 0; done < bytes.length; ) {
      done += writeSync(file, bytes, done, bytes.length - done, position + done);
    }
  } finally {
    closeSync(file);
  }
}
