import type { Row } from '../../analysis/format/csv.js';
import type { Json } from '../../contract/events.js';

/** What a column holds. `text` may be missing, as any other may. */
export type ColumnType = 'text' | 'number' | 'count' | 'boolean' | 'json';

/** One column of a table. */
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
}

/** A table as it is written: columns in order, and rows of them. */
export interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

/** Columns by name, from `name` (a text), `name:number`, `name:count`, `name:boolean` or `name:json`. */
export function columnsOf(...names: readonly string[]): Column[] {
  return names.map((written) => {
    const [name = '', type = 'text'] = written.split(':');
    return { name, type: type as ColumnType };
  });
}

/** The table, with a column for each member that rows have beyond the known ones; what those hold differs from run to run. */
export function tableOf(name: string, known: readonly Column[], rows: readonly Row[]): Table {
  const names = new Set(known.map((column) => column.name));
  const columns = [...known];
  for (const row of rows) {
    for (const [member, value] of Object.entries(row)) {
      if (names.has(member)) continue;
      names.add(member);
      columns.push({
        name: member,
        type: typeof value === 'number' && member.startsWith('score.') ? 'number' : 'json',
      });
    }
  }
  return { name, columns, rows };
}

/** A value as text where the column may hold any: a text as it is, anything else as JSON. */
export function asText(value: Json | undefined): string | null {
  if (value === undefined || value === null) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
