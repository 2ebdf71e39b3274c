import { stringify } from 'csv-stringify/sync';
import type { Json } from '../../contract/events.js';

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
  const records = rows.map((row) =>
    columns.map((column) => cell(Object.hasOwn(row, column) ? row[column] : undefined)),
  );
  return stringify(header ? [columns.map((column) => cell(column)), ...records] : records, {
    record_delimiter: '\r\n',
  });
}

/** A value as columns: `name.<field>` for each member of an object, else one column `name`; none for nothing. */
export function flatten(name: string, value: Json | undefined): Row {
  if (value === null || value === undefined) return {};
  if (typeof value !== 'object' || Array.isArray(value)) return { [name]: value };
  return Object.fromEntries(Object.entries(value).map(([field, member]) => [`${name}.${field}`, member]));
}
