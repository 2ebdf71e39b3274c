import { total } from '../mean.js';
import { randomSource } from '../random.js';
import { type SignFlipOptions, type SignFlipTest, smallestP } from '../sign-flip.js';
import type { Interval } from './interval.js';

/** Options of {@link differenceInterval}. */
export interface DifferenceIntervalOptions extends SignFlipOptions {
  /** Significance level of the test that is inverted; the confidence level is 1 − alpha. Default 0.05. */
  readonly alpha?: number;
}

/** All subsets are counted if there are at most this many times `resamples` of them. */
const SUBSETS_PER_RESAMPLE = 8;

/**
 * Returns the interval of a mean paired difference that belongs to {@link signFlipTest}: all shifts d for which the test
 * of `differences − d` has p > alpha. So 0 is outside exactly if the test of the differences has p ≤ alpha; of a one-sided test, on
 * the side that it looks at.
 *
 * The ends are order statistics of the means of subsets of the differences (J. A. Hartigan, "Using Subsample Values as
 * Typical Values", 1969): of all subsets if there are few, else of the subsets that random sign patterns choose.
 *
 * A one-sided test has two ends of alpha each, so its confidence level is 1 − 2 alpha.
 *
 * @param differences one finite number for each pair
 * @param test result of the test of these differences
 * @returns `null` if there are too few pairs for any p to be at most alpha
 */
export function differenceInterval(
  differences: readonly number[],
  test: Pick<SignFlipTest, 'p' | 'alternative'>,
  options: DifferenceIntervalOptions = {},
): Interval | null {
  const { alpha = 0.05, resamples = 9_999, seed = 1 } = options;
  const { alternative } = test;
  const n = differences.length;
  if (n === 0 || smallestP(n, { alternative }) > alpha) return null;
  const tail = alternative === 'two-sided' ? alpha / 2 : alpha;
  const isExact = 2 ** n <= SUBSETS_PER_RESAMPLE * resamples;
  const means = isExact ? allSubsetMeans(differences) : randomSubsetMeans(differences, resamples, seed);
  // Each random pattern gives two subsets, as the two sides of the test count it twice.
  const k = Math.floor(tail * (isExact ? 2 ** n : 2 * (resamples + 1)));
  const [low, high] = [means[k - 1], means[means.length - k]];
  if (low === undefined || high === undefined) return null;
  const interval = { confidence: 1 - 2 * tail, method: 'sign-flip' as const, resamples: isExact ? null : resamples };
  const verdict = { rejects: test.p <= alpha, isAbove: total(differences) > 0, alternative };
  return { ...agreeing(means, { low, high }, verdict), ...interval };
}

/** The ascending means of all subsets that are not empty. */
function allSubsetMeans(values: readonly number[]): Float64Array {
  const sums = new Float64Array(2 ** values.length);
  const sizes = new Uint8Array(sums.length);
  for (const [bit, value] of values.entries()) {
    const half = 2 ** bit;
    for (let subset = 0; subset < half; subset += 1) {
      sums[half + subset] = (sums[subset] as number) + value;
      sizes[half + subset] = (sizes[subset] as number) + 1;
    }
  }
  return sums
    .map((sum, subset) => sum / (sizes[subset] as number))
    .subarray(1)
    .sort();
}

/** The ascending means of both subsets that each random sign pattern parts the values into. */
function randomSubsetMeans(values: readonly number[], resamples: number, seed: number): Float64Array {
  const random = randomSource(seed);
  const all = total(values);
  const from = Float64Array.from(values);
  const signs = new Uint32Array(Math.ceil(from.length / 32));
  const means = new Float64Array(2 * resamples);
  for (let i = 0; i < resamples; i += 1) {
    random.fill(signs);
    let [sum, size] = [0, 0];
    for (let j = 0; j < from.length; j += 1) {
      const isIn = ((signs[j >> 5] as number) >>> (j & 31)) & 1;
      if (isIn === 0) continue;
      sum += from[j] as number;
      size += 1;
    }
    // An empty subset says nothing: it counts as equally far out on both sides.
    means[2 * i] = size === 0 ? all / from.length : sum / size;
    means[2 * i + 1] = size === from.length ? all / from.length : (all - sum) / (from.length - size);
  }
  return means.sort();
}

interface Ends {
  readonly low: number;
  readonly high: number;
}

/** What the test says of the differences. */
interface Verdict {
  readonly rejects: boolean;
  /** Whether their mean is above 0. */
  readonly isAbove: boolean;
  readonly alternative: SignFlipTest['alternative'];
}

/**
 * Returns the interval with its ends on the side of 0 that the test names. They differ only by chance, if the test was
 * exact and the subsets random, or by rounding.
 */
function agreeing(means: Float64Array, { low, high }: Ends, { rejects, isAbove, alternative }: Verdict): Ends {
  if (rejects) {
    if (isAbove) return { low: low > 0 ? low : (means.find((mean) => mean > 0) ?? high), high };
    return { low, high: high < 0 ? high : (means.findLast((mean) => mean < 0) ?? low) };
  }
  return {
    low: alternative === 'less' ? low : Math.min(low, 0),
    high: alternative === 'greater' ? high : Math.max(high, 0),
  };
}
