import type { ParentComparisonPage } from './comparison.js';

/** One candidate. */
export interface CandidatePage {
  readonly id: string;
  /** Positions in `candidates`; -1 for an unknown parent. */
  readonly parents: readonly number[];
  readonly by: string | null;
  readonly changed: readonly string[];
  readonly time: number;
  /** Component → position in `texts`. */
  readonly texts: { readonly [component: string]: number };
  /** Position in `texts` of the JSON of its demos, model settings and state; `null` if it has none. */
  readonly demos: number | null;
  readonly demoCount: number;
  readonly modelConfig: number | null;
  readonly state: number | null;
  /** Parts that were not captured. Missing if there are none. */
  readonly withheld?: readonly string[];
  /** Whether the details include the evidence that its proposer saw. */
  readonly evidence: boolean;
  readonly trials: readonly number[];
  /** Score of its last full evaluation. */
  readonly score: number | null;
  readonly decision: DecisionPage | null;
  /** Comparisons with its parents; empty unless it was accepted or rejected. */
  readonly comparisons: readonly ParentComparisonPage[];
}

/** Whether a candidate was accepted, and why. */
export interface DecisionPage {
  readonly accepted: boolean;
  readonly reason: string;
  /** Whether it was inferred instead of observed. */
  readonly derived: boolean;
}
