import { pad, truncate, width } from './text.js';

/**
 * A column of {@link layout}.
 *
 * @experimental
 */
export interface Column {
  /** Heading; may be empty. */
  readonly heading: string;
  /** Alignment of its cells. Default `left`. */
  readonly align?: 'left' | 'right';
  /** Order in which columns are hidden on a narrow terminal, lowest first. Default: never hidden. */
  readonly drop?: number;
}

const GAP = '  ';

/**
 * Lays out a table for a terminal: a line of headings and one line for each row, each column as wide as its content. If
 * the table is wider than `room`, columns with a `drop` are hidden, then lines are cut.
 *
 * @param columns the columns
 * @param rows cells of each row, in the order of `columns`
 * @param room width of the terminal, in columns
 * @param paint styles a line; `row` is its index in `rows`, -1 for the headings. Default: no style
 * @experimental
 */
export function layout(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  room: number,
  paint: (line: string, row: number) => string = (line) => line,
): string[] {
  const widths = columns.map((column, at) =>
    Math.max(width(column.heading), ...rows.map((row) => width(row[at] ?? ''))),
  );
  const kept = fitting(columns, widths, room);
  const line = (cells: readonly string[]): string =>
    truncate(
      kept
        .map((at) => pad(cells[at] ?? '', widths[at] ?? 0, columns[at]?.align))
        .join(GAP)
        .trimEnd(),
      room,
    );
  return [columns.map(({ heading }) => heading), ...rows].map((cells, at) => paint(line(cells), at - 1));
}

function fitting(columns: readonly Column[], widths: readonly number[], room: number): number[] {
  let kept = columns.map((_, at) => at);
  const order = kept
    .filter((at) => columns[at]?.drop !== undefined)
    .sort((a, b) => (columns[a]?.drop ?? 0) - (columns[b]?.drop ?? 0));
  const total = (): number => kept.reduce((sum, at) => sum + (widths[at] ?? 0), 0) + GAP.length * (kept.length - 1);
  for (const at of order) {
    if (total() <= room) break;
    kept = kept.filter((other) => other !== at);
  }
  return kept;
}
