import { endProgress, printLine, printRows, showProgress } from '../../support/terminal.js';
import type { EvaluatedExample } from './types.js';

type Row = EvaluatedExample<unknown, unknown>;

/** Number of words that a cell shows, as in DSPy's table. */
const MAX_WORDS = 25;

/** Shows progress on one line of stderr. Writes nothing unless stderr is a terminal. */
export class ProgressLine {
  readonly #total: number;
  readonly #on: boolean;
  #done = 0;
  #sum = 0;

  constructor(total: number, on: boolean) {
    this.#total = total;
    this.#on = on && process.stderr.isTTY === true;
  }

  step(score: number): void {
    this.#done += 1;
    this.#sum += score;
    if (!this.#on) return;
    const mean = (this.#sum / this.#done).toFixed(3);
    showProgress(`Evaluate ${this.#done}/${this.#total}, mean score ${mean}`);
  }

  close(): void {
    if (this.#on && this.#done > 0) endProgress();
  }
}

/** Prints the first rows as a table on stdout. */
export function printTable(results: readonly Row[], rows: boolean | number): void {
  if (rows === false || rows === 0) return;
  const shown = rows === true ? results : results.slice(0, rows);
  printRows(shown.map(tableRow));
  const hidden = results.length - shown.length;
  if (hidden > 0) printLine(`… ${hidden} more ${hidden === 1 ? 'row' : 'rows'}`);
}

/** Returns the fields of example and prediction side by side. A field that both have gets a prefix, as in DSPy. */
function tableRow({ example, prediction, score, error }: Row): Record<string, unknown> {
  const inputs = fieldsOf(example, 'example');
  const outputs = fieldsOf(prediction, 'prediction');
  const row: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(inputs)) row[name in outputs ? `example_${name}` : name] = cell(value);
  for (const [name, value] of Object.entries(outputs)) row[name in inputs ? `pred_${name}` : name] = cell(value);
  row.score = score;
  if (error) row.error = cell(error.message);
  return row;
}

function fieldsOf(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (value === undefined) return {};
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isRecord ? (value as Record<string, unknown>) : { [name]: value };
}

function cell(value: unknown): unknown {
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  const words = text.split(/\s+/);
  return words.length > MAX_WORDS ? `${words.slice(0, MAX_WORDS).join(' ')}…` : text;
}
