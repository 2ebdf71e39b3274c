import { differenceInterval } from './intervals/difference-interval.js';
import type { Interval } from './intervals/interval.js';
import { mean } from './mean.js';
import { type Pairs, pairByExample, type ScoredExample } from './pairs.js';
import { type Alternative, type SignFlipTest, signFlipTest } from './sign-flip.js';
import { ALPHA, type Word, wordOf } from './words.js';

/** Options of {@link compare} and of everything built on it. */
export interface CompareOptions {
  /**
   * Significance level: the largest share of chance results that may be called `clear`. The interval of a difference has
   * the confidence level 1 − alpha, so that it excludes 0 exactly if the test is at most alpha. Default 0.05.
   */
  readonly alpha?: number;
  /** Confidence level of the interval of a mean, between 0 and 1. Default 0.95. */
  readonly confidence?: number;
  /** Alternative hypothesis of the test. Default `two-sided`. */
  readonly alternative?: Alternative;
  /** Number of random resamples, for the interval and for a test that cannot be exact. Default 9,999. */
  readonly resamples?: number;
  /** Seed of the random numbers, for the interval and the test. Default 1. */
  readonly seed?: number;
}

/** Comparison of two candidates on the examples that both were scored on. */
export interface Comparison extends Omit<Pairs, 'before' | 'after'> {
  /**
   * Number of examples that both were scored on. The other members are about these, except `unpaired` and `unscored`.
   */
  readonly pairs: number;
  /** Mean score of the first candidate; `null` without pairs. */
  readonly before: number | null;
  /** Mean score of the second candidate; `null` without pairs. */
  readonly after: number | null;
  /** Mean of the differences, `after` minus `before`; `null` without pairs. */
  readonly difference: number | null;
  /**
   * Interval of the difference: the shifts that the test does not reject. It excludes 0 exactly if `p` is at most alpha.
   * `null` if there are too few pairs for any result to be clear.
   */
  readonly interval: Interval | null;
  /** Number of examples on which `after` scored higher. */
  readonly wins: number;
  /** Number of examples on which `after` scored lower. */
  readonly losses: number;
  /** Number of examples on which both scored the same. */
  readonly ties: number;
  /** Result of the paired test. */
  readonly test: SignFlipTest;
  /** P value of the test, adjusted for `comparisons`. */
  readonly p: number;
  /** Number of comparisons that `p` is adjusted for; 1 if it is not adjusted. */
  readonly comparisons: number;
  /** The result in a word: `clear`, `within noise` or `too few examples`. */
  readonly word: Word;
}

/**
 * Compares two candidates on the examples that both were scored on: mean difference, a paired test, the interval that
 * belongs to the test, and a word for the result.
 *
 * @example
 * const { difference, word } = compare(seedTrial.examples, bestTrial.examples);
 */
export function compare(
  before: readonly ScoredExample[],
  after: readonly ScoredExample[],
  options: CompareOptions = {},
): Comparison {
  return comparePairs(pairByExample(before, after), options);
}

/**
 * Compares two candidates by scores that are already paired, like {@link compare}.
 *
 * @experimental
 */
export function comparePairs(pairs: Pairs, options: CompareOptions = {}): Comparison {
  const { alpha = ALPHA, alternative = 'two-sided' } = options;
  const differences = differencesOf(pairs);
  const test = signFlipTest(differences, options);
  const count = (holds: (difference: number) => boolean): number => differences.filter(holds).length;
  return {
    pairs: differences.length,
    unpaired: pairs.unpaired,
    unscored: pairs.unscored,
    before: mean(pairs.before),
    after: mean(pairs.after),
    difference: mean(differences),
    interval: differenceInterval(differences, test, options),
    wins: count((difference) => difference > 0),
    losses: count((difference) => difference < 0),
    ties: count((difference) => difference === 0),
    test,
    p: test.p,
    comparisons: 1,
    word: wordOf({ p: test.p, pairs: differences.length, alpha, alternative }),
  };
}

/** Returns `after` minus `before` for each pair. */
export function differencesOf({ before, after }: Pairs): readonly number[] {
  return after.map((score, i) => score - (before[i] ?? Number.NaN));
}

/**
 * Compares two candidates like {@link comparePairs}, as one of several comparisons. The interval is widened to the level
 * that the adjustment left for this comparison, so that it still agrees with the test.
 *
 * @param adjust returns p adjusted for `comparisons`
 */
export function compareAmong(
  pairs: Pairs,
  { adjust, comparisons }: { readonly adjust: (p: number) => number; readonly comparisons: number },
  options: CompareOptions = {},
): Comparison {
  const { alpha = ALPHA } = options;
  const comparison = comparePairs(pairs, options);
  const { test } = comparison;
  const p = adjust(test.p);
  const word = wordOf({ p, pairs: comparison.pairs, alpha, comparisons, alternative: test.alternative });
  const level = alpha * (test.p / p);
  const interval =
    word === 'too few examples' ? null : differenceInterval(differencesOf(pairs), test, { ...options, alpha: level });
  return { ...comparison, p, comparisons, word, interval };
}
