/** Minimum and median of repeated measurements, all in one unit. */
export interface Sample {
  readonly min: number;
  readonly median: number;
}

/** One line of a table: what was measured, and its numbers. */
export interface Row {
  readonly name: string;
  readonly [column: string]: string | number;
}

export function summarize(values: readonly number[]): Sample {
  const sorted = [...values].sort((a, b) => a - b);
  return { min: sorted[0] ?? Number.NaN, median: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN };
}

/** Hands a case's result to bench/main.ts, which started it. */
export function report(rows: readonly Row[]): void {
  process.stdout.write(`${JSON.stringify(rows)}\n`);
}

/** Numbers as a person reads them: three significant digits, thousands with commas. */
export function pretty(value: string | number | undefined): string {
  if (typeof value !== 'number') return value ?? '';
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US');
  return value.toPrecision(3);
}
