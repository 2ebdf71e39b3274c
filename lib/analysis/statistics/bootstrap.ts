import type { Interval } from './intervals/interval.js';
import { mean, total } from './mean.js';
import { normalCdf, normalQuantile } from './normal.js';
import { indexBelow, randomSource } from './random.js';

/** Options of {@link bootstrapInterval}. */
export interface BootstrapOptions {
  /** Confidence level, between 0 and 1. Default 0.95. */
  readonly confidence?: number;
  /** Number of resamples. Default 9,999. */
  readonly resamples?: number;
  /** Seed of the random numbers: the same seed gives the same interval on every machine. Default 1. */
  readonly seed?: number;
  /** `bca` falls back to `percentile` if it is not defined, as for equal values. Default `bca`. */
  readonly method?: 'bca' | 'percentile';
}

/**
 * Returns the bootstrap interval of a mean over examples: how far the mean would move with other examples of the same
 * kind. For the interval of a difference, pass the differences of pairs.
 *
 * The method is B. Efron's bias-corrected and accelerated bootstrap ("Better Bootstrap Confidence Intervals", 1987). If
 * it is not defined, as for equal values, the interval is the plain percentiles.
 *
 * @param values finite numbers
 * @returns `null` for fewer than two values
 */
export function bootstrapInterval(values: readonly number[], options: BootstrapOptions = {}): Interval | null {
  if (values.length < 2) return null;
  const { confidence = 0.95, resamples = 9_999, seed = 1, method = 'bca' } = options;
  const means = resampledMeans(values, resamples, seed);
  return intervalFrom(values, means, confidence, method);
}

/**
 * Returns the means of `resamples` resamples. Each resample draws as many values as there are, with replacement, and
 * consumes its random indexes in order.
 */
function resampledMeans(values: readonly number[], resamples: number, seed: number): Float64Array {
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

/** Returns the interval of the mean of `values` from the means of its resamples. */
function intervalFrom(
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

/** Returns the BCa levels that replace `beyond` and 1 − `beyond`; `null` if they are not defined. */
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

/** Tolerance relative to the largest value: equal means that were summed in a different order differ by rounding. */
const TIE = 1e-12;

function tieOf(values: readonly number[]): number {
  return TIE * values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
}

/** Returns the share of means below the limit. Means equal to it count half. */
function shareBelow(means: Float64Array, limit: number, tie: number): number {
  let [below, equal] = [0, 0];
  for (const value of means) {
    if (Math.abs(value - limit) <= tie) equal += 1;
    else if (value < limit) below += 1;
  }
  return (below + equal / 2) / means.length;
}

/** Returns the jackknife estimate of the acceleration; NaN for equal values. */
function accelerationOf(values: readonly number[], tie: number): number {
  const center = mean(values) ?? 0;
  const deviations = values.map((value) => value - center);
  if (deviations.every((deviation) => Math.abs(deviation) <= tie)) return Number.NaN;
  const cubes = total(deviations.map((deviation) => deviation ** 3));
  const squares = total(deviations.map((deviation) => deviation ** 2));
  return cubes / (6 * squares ** 1.5);
}

/** Returns a quantile with linear interpolation between neighbors (definition 7 of Hyndman and Fan, 1996). */
function quantile(sorted: Float64Array, level: number): number {
  const position = level * (sorted.length - 1);
  const index = Math.floor(position);
  const lower = sorted[index] ?? Number.NaN;
  const upper = sorted[Math.min(index + 1, sorted.length - 1)] ?? lower;
  return lower + (upper - lower) * (position - index);
}
