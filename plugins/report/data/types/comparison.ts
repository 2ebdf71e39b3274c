/** Bounds of a bootstrap interval at 95 %. */
export type IntervalPage = readonly [low: number, high: number];

/** The result of a paired comparison of two trials. */
export interface ComparisonPage {
  /** Number of examples that both have a score on. */
  readonly pairs: number;
  /** Number of scores on examples that the other has no score on. */
  readonly unpaired: number;
  readonly difference: number | null;
  readonly interval: IntervalPage | null;
  readonly p: number;
  /** Number of comparisons that `p` is adjusted for. */
  readonly comparisons: number;
  /** How `p` was computed: `exact` or `monte-carlo`. */
  readonly method: string;
  readonly word: 'clear' | 'within noise' | 'too few examples';
  readonly wins: number;
  readonly losses: number;
  readonly ties: number;
}

/** A candidate compared with one of its parents, on trials of one scope. */
export interface ParentComparisonPage extends ComparisonPage {
  readonly scope: 'minibatch' | 'full';
  /** Position in `candidates`. */
  readonly parent: number;
  /** Indexes of the two trials. */
  readonly trial: number;
  readonly parentTrial: number;
}
