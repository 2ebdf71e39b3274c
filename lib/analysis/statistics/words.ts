import { type SignFlipOptions, smallestP } from './sign-flip.js';

/** Result of a comparison in a word. See {@link wordOf}. */
export type Word = 'clear' | 'within noise' | 'too few examples';

/** Input of {@link wordOf}. */
export interface WordInput {
  /** P value, adjusted if several comparisons were made. */
  readonly p: number;
  /** Number of pairs. */
  readonly pairs: number;
  /** Significance level. Default 0.05. */
  readonly alpha?: number;
  /** Number of comparisons that `p` was adjusted for. Default 1. */
  readonly comparisons?: number;
  /** Alternative hypothesis of the test. Default `two-sided`. */
  readonly alternative?: SignFlipOptions['alternative'];
}

/** Default significance level, wherever there is an `alpha` option. */
export const ALPHA = 0.05;

/**
 * Returns the word for a p value: `clear` if it is at most alpha, else `within noise`. It is `too few examples` if p
 * could not be at most alpha even with every pair pointing the same way. For one two-sided test at 0.05, that is the
 * case for fewer than 6 pairs.
 */
export function wordOf({ p, pairs, alpha = ALPHA, comparisons = 1, alternative = 'two-sided' }: WordInput): Word {
  if (comparisons * smallestP(pairs, { alternative }) > alpha) return 'too few examples';
  return p <= alpha ? 'clear' : 'within noise';
}
