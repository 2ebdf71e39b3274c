import type { Place } from './matrix-geometry.js';
import type { MatrixModel } from './matrix-model.js';

const MOVES: Record<string, readonly [rows: number, columns: number]> = {
  ArrowDown: [1, 0],
  ArrowUp: [-1, 0],
  ArrowRight: [0, 1],
  ArrowLeft: [0, -1],
  PageDown: [10, 0],
  PageUp: [-10, 0],
};

/** The cell that a key moves the cursor to; `null` for keys that do not move it. */
export function move(cursor: Place | null, key: string, { rows, columns }: MatrixModel): Place | null {
  const by = MOVES[key];
  if (by === undefined) return null;
  if (cursor === null) return { row: 0, column: 0 };
  const within = (value: number, count: number): number => Math.max(0, Math.min(count - 1, value));
  return { row: within(cursor.row + by[0], rows.length), column: within(cursor.column + by[1], columns.length) };
}
