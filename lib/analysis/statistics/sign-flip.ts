import { total } from './mean.js';
import { randomSource } from './random.js';
import { signFlipTail } from './sign-flip-exact.js';

/** Which departure from "no difference" counts: any, only an increase, only a decrease. */
export type Alternative = 'two-sided' | 'greater' | 'less';

/** Settings of {@link signFlipTest}. */
export interface SignFlipOptions {
  /** Default `two-sided`. */
  readonly alternative?: Alternative;
  /** Random sign patterns where not all can be counted. Default 9,999. */
  readonly resamples?: number;
  /** Seed of the random sign patterns. Default 1. */
  readonly seed?: number;
}

/** What {@link signFlipTest} found. */
export interface SignFlipTest {
  /** Number of differences. */
  readonly n: number;
  /** How many of them are not 0: only they can tell. */
  readonly nonZero: number;
  readonly alternative: Alternative;
  /** Probability of a mean at least as far from 0 if each difference had either sign with probability ½; in (0, 1]. */
  readonly p: number;
  /** `exact`: all 2^n sign patterns were counted; `monte-carlo`: `resamples` random ones were drawn. */
  readonly method: 'exact' | 'monte-carlo';
  /** Number of random sign patterns; `null` for an exact test. */
  readonly resamples: number | null;
}

const RESAMPLES = 9_999;
/** Sums that differ by less than this part of the sum of all magnitudes are the same: floating point has no exact thirds. */
const TIE = 1e-12;

/**
 * Paired permutation test: had neither candidate been better, each example's difference could as well have had the other
 * sign (R. A. Fisher 1935; E. S. Edgington and P. Onghena, "Randomization Tests", 2007). On scores of 0 and 1 it is
 * McNemar's exact test. Exact wherever all patterns can be counted, see {@link signFlipTail}; otherwise the estimate
 * (b + 1) / (m + 1) of B. Phipson and G. K. Smyth, "Permutation P-values Should Never Be Zero", 2010, from m random
 * patterns of which b are at least as extreme.
 *
 * No differences, or none but zeros, give p = 1.
 *
 * @param differences one finite number for each pair
 */
export function signFlipTest(differences: readonly number[], options: SignFlipOptions = {}): SignFlipTest {
  const { alternative = 'two-sided', resamples = RESAMPLES, seed = 1 } = options;
  const moved = differences.filter((difference) => difference !== 0);
  const known = { n: differences.length, nonZero: moved.length, alternative };
  const sum = total(moved);
  const target = alternative === 'two-sided' ? Math.abs(sum) : alternative === 'less' ? -sum : sum;
  const sides = alternative === 'two-sided' ? 2 : 1;
  const magnitudes = moved.map(Math.abs);
  const tail = moved.length === 0 ? 1 : signFlipTail(magnitudes, target, TIE * total(magnitudes));
  if (tail !== null) return { ...known, p: Math.min(1, sides * tail), method: 'exact', resamples: null };
  const extreme = countExtreme(magnitudes, target - TIE * total(magnitudes), sides === 2, { resamples, seed });
  return { ...known, p: (extreme + 1) / (resamples + 1), method: 'monte-carlo', resamples };
}

function countExtreme(
  magnitudes: readonly number[],
  least: number,
  bothSides: boolean,
  { resamples, seed }: { readonly resamples: number; readonly seed: number },
): number {
  const random = randomSource(seed);
  const values = Float64Array.from(magnitudes);
  const signs = new Uint32Array(Math.ceil(values.length / 32));
  let extreme = 0;
  for (let i = 0; i < resamples; i += 1) {
    random.fill(signs);
    let sum = 0;
    for (let j = 0; j < values.length; j += 1) {
      const value = values[j] as number;
      sum += ((signs[j >> 5] as number) >>> (j & 31)) & 1 ? value : -value;
    }
    if ((bothSides ? Math.abs(sum) : sum) >= least) extreme += 1;
  }
  return extreme;
}

/**
 * The smallest p that {@link signFlipTest} can give for `n` pairs: that of differences which all point one way. It says
 * whether so few examples can show anything at all.
 */
export function smallestP(n: number, options: SignFlipOptions = {}): number {
  const sides = (options.alternative ?? 'two-sided') === 'two-sided' ? 2 : 1;
  return Math.min(1, sides * 2 ** -n);
}
