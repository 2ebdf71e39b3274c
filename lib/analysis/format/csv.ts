import { stringify } from 'csv-stringify/sync';
import type { Json } from '../../contract/events.js';

/**
 * Values of a table row by column name. A missing column becomes an empty cell.
 *
 * @experimental
 */
export type Row = { readonly [column: string]: Json | undefined };

/** `-1,5` starts like a formula, but is a plain number. */
const NUMBER = /^[+-]?(\d+([.,]\d*)*|[.,]\d+)(e[+-]?\d+)?$/i;

/**
 * What makes a spreadsheet run a text: a sign, also a full-width or small one, after any characters that a spreadsheet
 * ignores (spaces, byte order marks, zero-width characters), or a tab or carriage return among these.
 */
const FORMULA =
  /^[\s\p{Cc}\p{Default_Ignorable_Code_Point}]*[=+\-@＝＋－＠﹦﹢﹣﹫]|^[\s\p{Default_Ignorable_Code_Point}]*[\t\r]/u;

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;

/**
 * Escapes control characters other than tab and line breaks (`\\u001b`), so that printing the file cannot control a
 * terminal.
 *
 * @experimental
 */
export function visible(text: string): string {
  return text.replace(CONTROLS, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/**
 * Renders a value as the text of a CSV cell. Objects become JSON, `null` and `undefined` become empty. Text that a
 * spreadsheet would run as a formula gets a leading apostrophe: it is no number and begins with `=`, `+`, `-`, `@` or their
 * full-width forms, tab or carriage return, also after spaces, byte order marks and zero-width characters (OWASP, "CSV
 * Injection").
 *
 * @experimental
 */
export function cell(value: Json | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'object') return visible(JSON.stringify(value));
  const text = visible(String(value));
  return typeof value === 'string' && FORMULA.test(text) && !NUMBER.test(text.trim()) ? `'${text}` : text;
}

/**
 * Renders rows as CSV by RFC 4180: lines end with CRLF, quotes are doubled, cells with line breaks are quoted.
 *
 * @param header whether to write the column names first. Default true
 * @experimental
 */
export function csv(columns: readonly string[], rows: readonly Row[], header = true): string {
  const records = rows.map((row) =>
    columns.map((column) => cell(Object.hasOwn(row, column) ? row[column] : undefined)),
  );
  return stringify(header ? [columns.map((column) => cell(column)), ...records] : records, {
    record_delimiter: '\r\n',
    // With a delimiter of two characters, one of them alone is not quoted otherwise, and readers take it for the end.
    quoted_match: /[\r\n]/,
  });
}

/**
 * Spreads a value over columns: `name.<field>` for each member of an object, one column `name` for any other value, and
 * no column for `null` or `undefined`.
 *
 * @experimental
 */
export function flatten(name: string, value: Json | undefined): Row {
  if (value === null || value === undefined) return {};
  if (typeof value !== 'object' || Array.isArray(value)) return { [name]: value };
  return Object.fromEntries(Object.entries(value).map(([field, member]) => [`${name}.${field}`, member]));
}
