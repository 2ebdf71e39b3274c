import { bootstrapInterval, type Interval } from './bootstrap.js';
import type { CompareOptions } from './compare.js';
import { mean, scoresOf } from './mean.js';

/** The score of one trial or evaluation, counted anew from its examples. */
export interface ScoreVerdict {
  /** Mean of the scores; `null` where no example has one. */
  readonly mean: number | null;
  /** Of the mean; `null` for fewer than two scores. */
  readonly interval: Interval | null;
  /** Examples with a score, and those without a usable one. */
  readonly scored: number;
  readonly unscored: number;
}

/** Draws for a single trial or decision: there may be thousands. */
export const RESAMPLES = 1_999;

/** The score of one trial or evaluation, counted anew from its examples. `resamples` defaults to 1,999 here. */
export function scoreVerdict(
  examples: readonly { readonly score: number | null }[],
  options: CompareOptions = {},
): ScoreVerdict {
  const scores = scoresOf(examples.map(({ score }) => score));
  return {
    mean: mean(scores),
    interval: bootstrapInterval(scores, { resamples: RESAMPLES, ...options }),
    scored: scores.length,
    unscored: examples.length - scores.length,
  };
}
