/**
 * Adjusts p values for several comparisons: each adjusted value can be compared with alpha as if it were the only one.
 * S. Holm, "A Simple Sequentially Rejective Multiple Test Procedure", 1979.
 *
 * @returns the adjusted values, in the order of `pValues`
 */
export function holm(pValues: readonly number[]): readonly number[] {
  const order = pValues.map((p, index) => ({ p, index })).sort((a, b) => a.p - b.p);
  const adjusted = new Array<number>(pValues.length).fill(1);
  let largest = 0;
  for (const [rank, { p, index }] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (pValues.length - rank) * p));
    adjusted[index] = largest;
  }
  return adjusted;
}

/** Returns the sum of the numbers, added in order. */
export function total(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

/** Returns the mean of the numbers; `null` for an empty list. */
export function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : total(values) / values.length;
}

/** Returns the finite scores, in order. `null`, `undefined`, NaN and ±∞ are dropped. */
export function scoresOf(scores: readonly (number | null | undefined)[]): readonly number[] {
  return scores.filter((score): score is number => typeof score === 'number' && Number.isFinite(score));
}
