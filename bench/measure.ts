/** Minimum and median of repeated measurements, all in one unit. */
export interface Sample {
  readonly min: number;
  readonly median: number;
}

/** Row of a table: the name of the measurement and its numbers. */
export interface Row {
  readonly name: string;
  readonly [column: string]: string | number;
}

/** Returns minimum and median; NaN for an empty list. */
export function summarize(values: readonly number[]): Sample {
  const sorted = [...values].sort((a, b) => a - b);
  return { min: sorted[0] ?? Number.NaN, median: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN };
}

/** Prints a case's result for bench/main.ts, which started it. */
export function report(rows: readonly Row[]): void {
  process.stdout.write(`${JSON.stringify(rows)}\n`);
}

/** Formats a number with three significant digits, and thousands with commas. */
export function pretty(value: string | number | undefined): string {
  if (typeof value !== 'number') return value ?? '';
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US');
  return value.toPrecision(3);
}
