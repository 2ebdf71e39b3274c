import { type SignFlipOptions, smallestP } from './sign-flip.js';

/** What a difference amounts to, in a word. See {@link wordOf}. */
export type Word = 'clear' | 'within noise' | 'too few examples';

/** What {@link wordOf} goes by. */
export interface WordInput {
  /** P value, already adjusted where several comparisons were made. */
  readonly p: number;
  /** Number of pairs. */
  readonly pairs: number;
  /** How often a chance result is called clear at most. Default 0.05. */
  readonly alpha?: number;
  /** Number of comparisons that `p` was adjusted for. Default 1. */
  readonly comparisons?: number;
  readonly alternative?: SignFlipOptions['alternative'];
}

/** Default of every `alpha`. */
export const ALPHA = 0.05;

/**
 * `too few examples`: even if all pairs pointed one way, the exact test could not come down to alpha (two-sided and
 * alone: fewer than 6 pairs at 0.05). Otherwise `clear` if p is at most alpha, else `within noise`.
 */
export function wordOf({ p, pairs, alpha = ALPHA, comparisons = 1, alternative = 'two-sided' }: WordInput): Word {
  if (comparisons * smallestP(pairs, { alternative }) > alpha) return 'too few examples';
  return p <= alpha ? 'clear' : 'within noise';
}
