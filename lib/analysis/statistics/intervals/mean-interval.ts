import { type BootstrapOptions, bootstrapInterval } from '../bootstrap.js';
import { total } from '../mean.js';
import { randomSource } from '../random.js';
import { binomialInterval } from './binomial.js';
import type { Interval } from './interval.js';

const TWO_32 = 2 ** 32;

/**
 * Returns the confidence interval of a mean score: how far the mean would move with other examples of the same kind.
 *
 * - Scores of 0 and 1: the exact binomial interval (Clopper and Pearson, 1934).
 * - Other scores from 0 to 1: Gaffke's interval for bounded scores (N. Gaffke, "Three Test Statistics for a Nonparametric
 *   One-Sided Hypothesis on the Mean of a Nonnegative Variable", 2005). It needs no further assumption, and for scores of
 *   0 and 1 it is the exact one. Unlike a bootstrap, it does not shrink to a point when all scores are equal.
 * - Scores outside of 0 to 1: {@link bootstrapInterval}.
 *
 * @param values finite numbers
 * @returns `null` without values; outside of 0 to 1 also for fewer than two values or equal ones, because nothing is then
 * known about how they spread
 */
export function meanInterval(values: readonly number[], options: BootstrapOptions = {}): Interval | null {
  const { confidence = 0.95, resamples = 9_999, seed = 1 } = options;
  if (values.length === 0) return null;
  if (!values.every((value) => value >= 0 && value <= 1)) {
    return values.every((value) => value === values[0]) ? null : bootstrapInterval(values, options);
  }
  if (values.every((value) => value === 0 || value === 1)) {
    const [low, high] = binomialInterval(total(values), values.length, confidence);
    return { low, high, confidence, method: 'exact', resamples: null };
  }
  return { ...gaffke(values, { confidence, resamples, seed }), confidence, method: 'gaffke', resamples };
}

/**
 * Draws random weights for the values and one more point, which is the lowest possible score for the lower end and the
 * highest for the upper end. The weights are the gaps that uniform numbers leave: exponential numbers over their sum.
 */
function gaffke(
  values: readonly number[],
  { confidence, resamples, seed }: Required<Omit<BootstrapOptions, 'method'>>,
): Pick<Interval, 'low' | 'high'> {
  const random = randomSource(seed);
  const drawn = new Uint32Array(values.length + 1);
  const lows = new Float64Array(resamples);
  const highs = new Float64Array(resamples);
  for (let i = 0; i < resamples; i += 1) {
    random.fill(drawn);
    let weight = exponential(drawn[values.length] as number);
    const extra = weight;
    let sum = 0;
    for (let j = 0; j < values.length; j += 1) {
      const one = exponential(drawn[j] as number);
      weight += one;
      sum += one * (values[j] as number);
    }
    lows[i] = sum / weight;
    highs[i] = (sum + extra) / weight;
  }
  // The order statistics further out, so that the finite number of draws does not narrow the interval.
  const beyond = Math.floor(((1 - confidence) / 2) * (resamples + 1));
  const at = (sorted: Float64Array, index: number, outside: number): number => sorted[index] ?? outside;
  return { low: at(lows.sort(), beyond - 1, 0), high: at(highs.sort(), resamples - beyond, 1) };
}

function exponential(random: number): number {
  return -Math.log((random + 0.5) / TWO_32);
}
