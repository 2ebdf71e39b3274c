import type { ErrorData, Json, JsonObject, LMData, Scope, Status } from 'ax-autolog/analysis';
import type { DecisionPage } from './candidate.js';
import type { IntervalPage } from './comparison.js';
import type { DatasetPage } from './dataset.js';
import type { SpentPage } from './spent.js';

/** The fields that trials and evaluations share. */
export interface EvaluatedPage {
  readonly index: number;
  readonly key: string | null;
  readonly name: string | null;
  readonly n: number | null;
  readonly status: Status | 'running';
  readonly error: ErrorData | null;
  readonly score: number | null;
  readonly interval: IntervalPage | null;
  readonly scores: { readonly [objective: string]: number } | null;
  readonly errors: number;
  readonly startTime: number;
  readonly durationMs: number | null;
  readonly tokens: SpentPage;
  readonly spent: SpentPage;
  /** Positions in the run's `examples`, in order of the batch. */
  readonly examples: readonly number[];
  readonly exampleScores: readonly (number | null)[];
  /** Positions in the batch of the examples that raised an error. */
  readonly failed: readonly number[];
}

/** One trial. */
export interface TrialPage extends EvaluatedPage {
  readonly id: string;
  /** Position in the run's `compiles`. */
  readonly compile: number;
  /** Position in the compile's `candidates`. */
  readonly candidate: number | null;
  readonly scope: Scope | null;
  readonly phase: string | null;
  readonly of: number | null;
  readonly isBest: boolean;
  readonly decision: DecisionPage | null;
}

/** One evaluation outside of every compile. */
export interface EvaluationPage extends EvaluatedPage {
  readonly id: string;
  readonly evaluator: string;
  readonly hyperparameters: JsonObject;
  readonly options: JsonObject;
  readonly lms: readonly LMData[];
  readonly devset: DatasetPage | null;
  readonly metric: string | null;
  readonly candidateId: string | null;
}

/** The result of one example in a trial or evaluation. */
export interface ExampleDetail {
  readonly prediction: Json;
  readonly feedback: string | null;
  readonly error: ErrorData | null;
  readonly durationMs: number | null;
  readonly scores: { readonly [objective: string]: number } | null;
  readonly traceId: string | null;
  /** Whether the trace is among the details. */
  readonly hasTrace: boolean;
}
