import { pad, truncate, width } from './text.js';

/** One column: its heading, how it lines up, and when it gives way on a narrow terminal (lowest first; never, if left out). */
export interface Column {
  readonly heading: string;
  readonly align?: 'left' | 'right';
  readonly drop?: number;
}

const GAP = '  ';

/**
 * Rows under headings, as wide as what they hold. Where that is wider than `columns`, columns give way in their order,
 * then what is left is cut. Each line may be painted: `paint(line, row)`, with -1 for the headings.
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
