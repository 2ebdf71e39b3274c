import { total } from './mean.js';
import { randomSource } from './random.js';
import { signFlipTail } from './sign-flip-exact.js';

/** Alternative hypothesis of a test: any difference, only an increase, or only a decrease. */
export type Alternative = 'two-sided' | 'greater' | 'less';

/** Options of {@link signFlipTest}. */
export interface SignFlipOptions {
  /** Alternative hypothesis. Default `two-sided`. */
  readonly alternative?: Alternative;
  /** Number of random sign patterns if they cannot all be counted. Default 9,999. */
  readonly resamples?: number;
  /** Seed of the random sign patterns. Default 1. */
  readonly seed?: number;
}

/** Result of {@link signFlipTest}. */
export interface SignFlipTest {
  /** Number of differences. */
  readonly n: number;
  /** Number of differences that are not 0. Only these affect `p`. */
  readonly nonZero: number;
  /** Alternative hypothesis of the test. */
  readonly alternative: Alternative;
  /**
   * Probability of a mean at least as extreme if each difference had either sign with probability ½. Greater than 0, at
   * most 1.
   */
  readonly p: number;
  /** `exact`: all 2^n sign patterns were counted; `monte-carlo`: `resamples` random ones were drawn. */
  readonly method: 'exact' | 'monte-carlo';
  /** Number of random sign patterns; `null` for an exact test. */
  readonly resamples: number | null;
}

const RESAMPLES = 9_999;
/** Tolerance relative to the sum of all magnitudes: floating point has no exact thirds. */
const TIE = 1e-12;

/**
 * Runs a paired sign-flip test (permutation test): if neither candidate were better, each example's difference could as
 * well have the opposite sign (R. A. Fisher, "The Design of Experiments", 1935; E. S. Edgington and P. Onghena,
 * "Randomization Tests", 2007). On scores of 0 and 1 it equals McNemar's exact test.
 *
 * The test is exact if all sign patterns can be counted: for scores on a common step (0 and 1, tenths, whole points),
 * and otherwise for up to 32 differences. Else it draws m random patterns, b of them at least as extreme, and returns
 * (b + 1) / (m + 1) (B. Phipson and G. K. Smyth, "Permutation P-values Should Never Be Zero", 2010). If all differences
 * are 0, or there are none, p is 1.
 *
 * @param differences one finite number for each pair
 */
export function signFlipTest(differences: readonly number[], options: SignFlipOptions = {}): SignFlipTest {
  const { alternative = 'two-sided', resamples = RESAMPLES, seed = 1 } = options;
  const nonZero = differences.filter((difference) => difference !== 0);
  const common = { n: differences.length, nonZero: nonZero.length, alternative };
  const sum = total(nonZero);
  const target = alternative === 'two-sided' ? Math.abs(sum) : alternative === 'less' ? -sum : sum;
  const sides = alternative === 'two-sided' ? 2 : 1;
  const magnitudes = nonZero.map(Math.abs);
  const tail = nonZero.length === 0 ? 1 : signFlipTail(magnitudes, target, TIE * total(magnitudes));
  if (tail !== null) return { ...common, p: Math.min(1, sides * tail), method: 'exact', resamples: null };
  const extreme = countExtreme(magnitudes, target - TIE * total(magnitudes), sides === 2, { resamples, seed });
  return { ...common, p: (extreme + 1) / (resamples + 1), method: 'monte-carlo', resamples };
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
 * Returns the smallest p that {@link signFlipTest} can return for `n` pairs: the p of differences that all have one
 * sign.
 */
export function smallestP(n: number, options: SignFlipOptions = {}): number {
  const sides = (options.alternative ?? 'two-sided') === 'two-sided' ? 2 : 1;
  return Math.min(1, sides * 2 ** -n);
}
