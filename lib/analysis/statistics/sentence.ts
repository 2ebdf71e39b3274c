import type { Interval } from './bootstrap.js';
import type { Comparison } from './compare.js';
import type { SearchVerdict } from './full-scores.js';

/**
 * A comparison in one line: `+0.12 (95 % interval 0.03 … 0.20), p = 0.004: clear`. Where p was adjusted, it says for how
 * many candidates; where no example was shared, that nothing can be said.
 */
export function describeComparison(comparison: Comparison): string {
  const { difference, interval, p, comparisons, word, pairs } = comparison;
  if (difference === null) return `no example in common: ${word}`;
  const sign = difference > 0 ? '+' : '';
  const range = interval ? ` (${describeInterval(interval)})` : '';
  const among = comparisons > 1 ? ` of ${comparisons} candidates` : '';
  const count = `${pairs} ${pairs === 1 ? 'example' : 'examples'}`;
  return `${sign}${number(difference)}${range}, p = ${probability(p)}${among}, ${count}: ${word}`;
}

/** What a search found, against its seed; empty where there is nothing to compare. */
export function describeVersusSeed({ seedIsBest, versusSeed, candidates }: SearchVerdict): string {
  if (versusSeed) return describeComparison(versusSeed);
  if (!seedIsBest || candidates === 0) return '';
  return `none of ${candidates} ${candidates === 1 ? 'candidate' : 'candidates'} has a higher full score than the seed`;
}

/** An interval in words: `95 % interval 0.03 … 0.20`. */
export function describeInterval({ low, high, confidence }: Interval): string {
  return `${number(confidence * 100)} % interval ${number(low)} … ${number(high)}`;
}

/** Three significant digits at most, as a plain number: 0.125, 12.5, −0.004. */
function number(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function probability(p: number): string {
  return String(Number(p.toPrecision(2)));
}
