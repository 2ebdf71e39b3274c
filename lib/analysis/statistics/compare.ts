import { bootstrapInterval, type Interval } from './bootstrap.js';
import { mean } from './mean.js';
import { type Pairs, pairByExample, type ScoredExample } from './pairs.js';
import { type Alternative, type SignFlipTest, signFlipTest } from './sign-flip.js';
import { ALPHA, type Word, wordOf } from './words.js';

/** Settings of {@link compare}. */
export interface CompareOptions {
  /** How often a chance result is called clear at most. Default 0.05. */
  readonly alpha?: number;
  /** Of the interval. Default 0.95. */
  readonly confidence?: number;
  /** Default `two-sided`. */
  readonly alternative?: Alternative;
  /** Random resamples, of the interval and of a test that cannot be exact. Default 9,999. */
  readonly resamples?: number;
  /** Seed of both. Default 1. */
  readonly seed?: number;
}

/** Two candidates on the examples that both were scored on. */
export interface Comparison extends Omit<Pairs, 'before' | 'after'> {
  /** How many examples both were scored on. All else is about these. */
  readonly pairs: number;
  /** Mean score of each; `null` without pairs. */
  readonly before: number | null;
  readonly after: number | null;
  /** Mean of the differences, `after` minus `before`; `null` without pairs. */
  readonly difference: number | null;
  /** Of the difference; `null` for fewer than two pairs. */
  readonly interval: Interval | null;
  /** On how many examples `after` scored higher, lower and the same. */
  readonly wins: number;
  readonly losses: number;
  readonly ties: number;
  readonly test: SignFlipTest;
  /** P value of the test, adjusted for `comparisons`. */
  readonly p: number;
  /** Number of comparisons that `p` is adjusted for; 1: it is the test's own. */
  readonly comparisons: number;
  readonly word: Word;
}

/** Compares two candidates on the examples that both were scored on: the difference, its interval, its test, a word. */
export function compare(
  before: readonly ScoredExample[],
  after: readonly ScoredExample[],
  options: CompareOptions = {},
): Comparison {
  return comparePairs(pairByExample(before, after), options);
}

/** As {@link compare}, of scores that are paired already. */
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
    interval: bootstrapInterval(differences, options),
    wins: count((difference) => difference > 0),
    losses: count((difference) => difference < 0),
    ties: count((difference) => difference === 0),
    test,
    p: test.p,
    comparisons: 1,
    word: wordOf({ p: test.p, pairs: differences.length, alpha, alternative }),
  };
}

/** Score of the one after, minus that before, for each pair. */
export function differencesOf({ before, after }: Pairs): readonly number[] {
  return after.map((score, i) => score - (before[i] ?? Number.NaN));
}

/** The comparison with a p value that was adjusted for having made several. */
export function adjusted(comparison: Comparison, p: number, comparisons: number, alpha: number): Comparison {
  const { pairs, test } = comparison;
  return {
    ...comparison,
    p,
    comparisons,
    word: wordOf({ p, pairs, alpha, comparisons, alternative: test.alternative }),
  };
}
