/** How an interval was computed. docs/statistics.md describes each. */
export type IntervalMethod = 'exact' | 'gaffke' | 'bca' | 'percentile' | 'sign-flip';

/** Confidence interval of a mean, or of a mean difference. */
export interface Interval {
  /** Lower end, in the unit of the values. */
  readonly low: number;
  /** Upper end, in the unit of the values. */
  readonly high: number;
  /** Confidence level, between 0 and 1. */
  readonly confidence: number;
  /**
   * `exact`: Clopper and Pearson, for scores of 0 and 1. `gaffke`: for other scores from 0 to 1. `bca`, `percentile`:
   * bootstrap, for scores outside that range. `sign-flip`: inversion of the paired test, for differences.
   */
  readonly method: IntervalMethod;
  /** Number of random resamples or sign patterns; `null` if all were counted. */
  readonly resamples: number | null;
}
