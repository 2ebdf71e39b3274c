import type { Comparison, Interval } from 'ax-autolog/analysis';
import type { ComparisonPage, IntervalPage } from './types/index.js';

/** Returns the bounds of an interval. */
export function intervalPage(interval: Interval | null | undefined): IntervalPage | null {
  return interval ? [interval.low, interval.high] : null;
}

/** Returns the page's data of a comparison. */
export function comparisonPage(comparison: Comparison): ComparisonPage {
  const { pairs, unpaired, difference, interval, p, comparisons, test, word, wins, losses, ties } = comparison;
  return {
    pairs,
    unpaired,
    difference,
    interval: intervalPage(interval),
    p,
    comparisons,
    method: test.method,
    word,
    wins,
    losses,
    ties,
  };
}
