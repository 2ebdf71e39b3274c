import type { Comparison } from './compare.js';
import type { SearchVerdict } from './full-scores.js';
import type { Interval } from './intervals/interval.js';

/**
 * Describes a comparison in one line: `+0.12 (95 % interval 0.03 … 0.20), p = 0.004, 100 examples: clear`. If p was
 * adjusted, the line names the number of candidates. Without pairs it is `no example in common: too few examples`.
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

/**
 * Describes how the best candidate of a search compares with the seed, in one line. Empty if nothing can be compared.
 */
export function describeVersusSeed({ seedIsBest, versusSeed, candidates }: SearchVerdict): string {
  if (versusSeed) return describeComparison(versusSeed);
  if (!seedIsBest || candidates === 0) return '';
  return `none of ${candidates} ${candidates === 1 ? 'candidate' : 'candidates'} has a higher full score than the seed`;
}

/** Describes an interval: `95 % interval 0.03 … 0.20`. */
export function describeInterval({ low, high, confidence }: Interval): string {
  return `${number(confidence * 100)} % interval ${number(low)} … ${number(high)}`;
}

/** Formats a number with at most three significant digits: 0.125, 12.5, -0.004. */
function number(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function probability(p: number): string {
  return String(Number(p.toPrecision(2)));
}
