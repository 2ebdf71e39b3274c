import { mean, total } from './mean.js';
import { normalCdf, normalQuantile } from './normal.js';
import { indexBelow, randomSource } from './random.js';

/** Settings of {@link bootstrapInterval}. */
export interface BootstrapOptions {
  /** Part of all such intervals that hold the true mean. Default 0.95. */
  readonly confidence?: number;
  /** How many times the examples are drawn anew. Default 9,999. */
  readonly resamples?: number;
  /** Seed of the draws. Default 1. */
  readonly seed?: number;
  /** `bca` where it is defined, otherwise `percentile`; `percentile` always. Default `bca`. */
  readonly method?: 'bca' | 'percentile';
}

/** An interval in which the true mean is believed to lie. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  readonly confidence: number;
  readonly method: 'bca' | 'percentile';
  readonly resamples: number;
}

/**
 * Bootstrap interval of a mean over examples: how far it would move with other examples of the same kind. B. Efron,
 * "Better Bootstrap Confidence Intervals", 1987 (bias-corrected and accelerated); the plain percentiles where that is not
 * defined, as with equal values. Give it differences of pairs for the interval of a difference.
 *
 * @param values finite numbers
 * @returns `null` for fewer than two values, which say nothing of their spread
 */
export function bootstrapInterval(values: readonly number[], options: BootstrapOptions = {}): Interval | null {
  if (values.length < 2) return null;
  const { confidence = 0.95, resamples = 9_999, seed = 1, method = 'bca' } = options;
  const means = resampledMeans(values, resamples, seed);
  return intervalFrom(values, means, confidence, method);
}

/** Means of `resamples` draws, with replacement, of as many values as there are. Draws take their indices in order. */
export function resampledMeans(values: readonly number[], resamples: number, seed: number): Float64Array {
  const random = randomSource(seed);
  const n = values.length;
  const from = Float64Array.from(values);
  const means = new Float64Array(resamples);
  const drawn = new Uint32Array(n);
  for (let i = 0; i < resamples; i += 1) {
    random.fill(drawn);
    let sum = 0;
    for (let j = 0; j < n; j += 1) sum += from[indexBelow(drawn[j] as number, n)] as number;
    means[i] = sum / n;
  }
  return means;
}

/** The interval that the means of resamples give for the mean of `values`. */
export function intervalFrom(
  values: readonly number[],
  means: Float64Array,
  confidence: number,
  method: 'bca' | 'percentile',
): Interval {
  const sorted = means.toSorted();
  const beyond = (1 - confidence) / 2;
  const corrected = method === 'bca' ? correctedLevels(values, sorted, beyond) : null;
  const [low, high] = corrected ?? [beyond, 1 - beyond];
  return {
    low: quantile(sorted, low),
    high: quantile(sorted, high),
    confidence,
    method: corrected ? 'bca' : 'percentile',
    resamples: means.length,
  };
}

/** The percentiles to use in place of `beyond` and 1 − `beyond`; `null` where they are not defined. */
function correctedLevels(
  values: readonly number[],
  sorted: Float64Array,
  beyond: number,
): readonly [low: number, high: number] | null {
  const bias = normalQuantile(shareBelow(sorted, mean(values) ?? 0, tieOf(values)));
  const acceleration = accelerationOf(values, tieOf(values));
  const level = (z: number): number => normalCdf(bias + (bias + z) / (1 - acceleration * (bias + z)));
  const [low, high] = [level(normalQuantile(beyond)), level(normalQuantile(1 - beyond))];
  return Number.isFinite(bias) && Number.isFinite(low) && Number.isFinite(high) ? [low, high] : null;
}

/** Numbers that are closer, in parts of the largest value, are equal: added up in another order, equal means differ. */
const TIE = 1e-12;

function tieOf(values: readonly number[]): number {
  return TIE * values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
}

/** Part of the means below the limit; those equal to it count half. */
function shareBelow(means: Float64Array, limit: number, tie: number): number {
  let [below, equal] = [0, 0];
  for (const value of means) {
    if (Math.abs(value - limit) <= tie) equal += 1;
    else if (value < limit) below += 1;
  }
  return (below + equal / 2) / means.length;
}

/** Skewness of the mean by the jackknife; NaN for equal values. */
function accelerationOf(values: readonly number[], tie: number): number {
  const center = mean(values) ?? 0;
  const deviations = values.map((value) => value - center);
  if (deviations.every((deviation) => Math.abs(deviation) <= tie)) return Number.NaN;
  const cubes = total(deviations.map((deviation) => deviation ** 3));
  const squares = total(deviations.map((deviation) => deviation ** 2));
  return cubes / (6 * squares ** 1.5);
}

/** Quantile with linear interpolation between neighbours (definition 7 of Hyndman and Fan, 1996). */
function quantile(sorted: Float64Array, level: number): number {
  const position = level * (sorted.length - 1);
  const index = Math.floor(position);
  const lower = sorted[index] ?? Number.NaN;
  const upper = sorted[Math.min(index + 1, sorted.length - 1)] ?? lower;
  return lower + (upper - lower) * (position - index);
}
