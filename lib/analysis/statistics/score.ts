import type { CompareOptions } from './compare.js';
import type { Interval } from './intervals/interval.js';
import { meanInterval } from './intervals/mean-interval.js';
import { mean, scoresOf } from './mean.js';
import type { ScoredExample } from './pairs.js';

/** Score of one trial or evaluation, recomputed from its examples. */
export interface ScoreVerdict {
  /** Mean of the scores; `null` if no example has one. */
  readonly mean: number | null;
  /** Interval of the mean; `null` if none can be stated: see `meanInterval`. */
  readonly interval: Interval | null;
  /** Number of examples with a score. */
  readonly scored: number;
  /** Number of examples without a usable score (`null`, NaN, ±∞). */
  readonly unscored: number;
}

/** Default `resamples` for a single trial or decision. A run may have thousands of them. */
export const RESAMPLES = 1_999;

/** Recomputes the score of one trial or evaluation from its examples. `resamples` defaults to 1,999 here. */
export function scoreVerdict(
  examples: readonly Pick<ScoredExample, 'score'>[],
  options: CompareOptions = {},
): ScoreVerdict {
  const scores = scoresOf(examples.map(({ score }) => score));
  return {
    mean: mean(scores),
    interval: meanInterval(scores, { resamples: RESAMPLES, ...options }),
    scored: scores.length,
    unscored: examples.length - scores.length,
  };
}
