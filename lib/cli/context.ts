import { safeJson } from '../analysis/format/json.js';
import type { Paint } from '../analysis/format/paint.js';
import type { Output } from './output.js';

/** What a command runs in. Each command is a function `addX(program, context)` that adds itself to the command line. */
export interface CommandContext {
  readonly output: Output;
  /** Paints what goes to the answer, where it is shown on a terminal. */
  readonly paint: Paint;
  /** Columns that a line of the answer has room for. */
  readonly columns: number;
  /** Aborted when the user wants it to end: what was done so far stays. */
  readonly signal: AbortSignal;
  /** Says that not all of it could be done: the exit code will be 1. */
  incomplete(): void;
}

/** Writes a value as the one JSON document of an answer. */
export function writeJson({ output }: CommandContext, value: unknown): void {
  output.line(safeJson(JSON.stringify(value, null, 2)));
}
