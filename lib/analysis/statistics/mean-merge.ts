/** Sum of the numbers, in their order. */
export function total(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

/** Mean of the numbers; `null` where there are none. */
export function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : total(values) / values.length;
}

/** Scores that count: finite numbers. What has none (`null`, NaN, ±∞) is left out. */
export function scoresOf(scores: readonly (number | null | undefined)[]): readonly number[] {
  return scores.filter((score): score is number => typeof score === 'number' && Number.isFinite(score));
}
