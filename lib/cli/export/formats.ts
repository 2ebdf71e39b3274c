import { csv, type Row } from '../../analysis/format/csv.js';
import { safeJson } from '../../analysis/format/text.js';
import type { Json } from '../../contract/events.js';
import { VERSION } from '../../contract/version.js';
import { asText, type Column, type ColumnType, type Table } from './tables.js';

/** File format of a table. */
export type Format = 'csv' | 'jsonl' | 'parquet';

/** Encodes a table. */
export async function encodeTable(table: Table, format: Format): Promise<Uint8Array> {
  if (format === 'parquet') return await parquet(table);
  return Buffer.from(format === 'csv' ? csvOf(table) : jsonlOf(table));
}

function csvOf({ columns, rows }: Table): string {
  return csv(
    columns.map(({ name }) => name),
    rows,
  );
}

/** Writes every column in every row, so that all lines have the same members. */
function jsonlOf({ columns, rows }: Table): string {
  const lines = rows.map((row) =>
    JSON.stringify(Object.fromEntries(columns.map((column) => [column.name, cellOf(row, column) ?? null]))),
  );
  return lines.map((line) => `${safeJson(line)}\n`).join('');
}

const PARQUET_TYPES = { text: 'STRING', json: 'STRING', number: 'DOUBLE', count: 'INT64', boolean: 'BOOLEAN' } as const;

/** Loads the Parquet library on demand: no other command needs it. */
async function parquet({ columns, rows }: Table): Promise<Uint8Array> {
  const { parquetWriteBuffer } = await import('hyparquet-writer');
  const buffer = parquetWriteBuffer({
    columnData: columns.map((column) => ({
      name: column.name,
      type: PARQUET_TYPES[column.type],
      data: rows.map((row) => VALUES[column.type](cellOf(row, column))),
    })),
    createdBy: `ax-autolog ${VERSION}`,
  });
  return new Uint8Array(buffer);
}

function cellOf(row: Row, { name }: Column): Json | undefined {
  return Object.hasOwn(row, name) ? row[name] : undefined;
}

/** Conversions to the type of a column; a value of another type becomes `null`. */
const VALUES: Readonly<Record<ColumnType, (value: Json | undefined) => string | number | bigint | boolean | null>> = {
  text: asText,
  json: asText,
  number: (value) => (typeof value === 'number' ? value : null),
  count: (value) => (typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : null),
  boolean: (value) => (typeof value === 'boolean' ? value : null),
};
