import { Columns } from 'ax-autolog/analysis';
import type { DatasetData, Envelope, EventData, Json } from 'ax-autolog/sink';

/** Table in the format of MLflow's `log_table` and `load_table` (pandas' `split` orientation). */
export interface Table {
  readonly columns: readonly string[];
  readonly data: readonly (readonly Json[])[];
}

type Row = ReadonlyMap<string, Json>;

/** Returns a table as JSON text. */
export function tableText({ columns, data }: Table): string {
  return JSON.stringify({ columns, data });
}

/** Converts rows to a table. Columns are in order of appearance; nested cells become JSON text, missing ones null. */
export function toTable(rows: Iterable<Row>, first: readonly string[] = []): Table {
  const columns = new Columns(first);
  const all = [...rows].map((row) => new Map(columns.fit([...row])));
  const { names } = columns;
  return { columns: names, data: all.map((row) => names.map((name) => cell(row.get(name)))) };
}

function cell(value: Json | undefined): Json {
  if (value === undefined) return null;
  return value !== null && typeof value === 'object' ? JSON.stringify(value) : value;
}

/** Returns a table of a dataset's examples, one column per field; `null` if examples are not captured. */
export function datasetTable({ examples, fields }: DatasetData): Table | null {
  if (!examples) return null;
  return toTable(
    examples.map((example) => fieldsOf('', example, 'example')),
    fields ?? [],
  );
}

/** Results of the examples of one trial or evaluation. */
export class Results {
  readonly #rows: { readonly index: number; readonly row: Row }[] = [];

  add({ data }: Envelope<'onExampleEnd'>): void {
    this.#rows.push({ index: Number(data.index), row: resultRow(data) });
  }

  /** Returns columns `score`, `example_…`, `pred_…` like the Python library, sorted by index; only scores if that is all. */
  table(exampleScores: readonly (number | null)[] | undefined): Table {
    if (this.#rows.length === 0) {
      return toTable(
        (exampleScores ?? []).map((score) => new Map<string, Json>([['score', score]])),
        ['score'],
      );
    }
    const ordered = [...this.#rows].sort((a, b) => a.index - b.index);
    return toTable(
      ordered.map(({ row }) => row),
      ['score'],
    );
  }
}

function resultRow(data: EventData['onExampleEnd']): Row {
  const { score, scores, example, prediction, feedback, error } = data;
  const row = new Map<string, Json>([['score', score]]);
  for (const [field, value] of fieldsOf('example_', example, 'example')) row.set(field, value);
  for (const [field, value] of fieldsOf('pred_', prediction, 'prediction')) row.set(field, value);
  for (const [objective, value] of Object.entries(scores ?? {})) row.set(`score.${objective}`, value);
  if (feedback !== undefined) row.set('feedback', feedback);
  if (error !== undefined) row.set('error', `${error.name}: ${error.message}`);
  return row;
}

/** Returns the fields of an object with a prefix. A value that is not an object becomes one field. */
function fieldsOf(prefix: string, value: Json | undefined, name: string): Map<string, Json> {
  if (value === null || value === undefined) return new Map();
  if (typeof value !== 'object' || Array.isArray(value))
    return new Map([[prefix === '' ? name : prefix.slice(0, -1), value]]);
  return new Map(Object.entries(value).map(([field, member]) => [`${prefix}${field}`, member]));
}
