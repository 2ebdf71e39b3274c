import type { ErrorData, JsonObject, RunHistory, Status, TokensByRole } from 'ax-autolog/analysis';
import type { CompilePage } from './compile.js';
import type { EvaluationPage, TrialPage } from './evaluated.js';
import type { SpentPage } from './spent.js';

/** One run. */
export interface RunPage extends ListedRun {
  readonly tags: { readonly [key: string]: string };
  readonly params: JsonObject;
  readonly source: JsonObject;
  readonly error: ErrorData | null;
  /** The outcome in plain words. */
  readonly sentence: string;
  readonly spent: SpentPage;
  readonly tokens: TokensByRole;
  readonly compiles: readonly CompilePage[];
  /** Trials of all compiles, by `index`. */
  readonly trials: readonly TrialPage[];
  readonly evaluations: readonly EvaluationPage[];
  /** Every example that was run, by position. Its content is among the details. */
  readonly examples: readonly ExamplePage[];
  /** Texts of candidates, by position: each text once. */
  readonly texts: readonly string[];
  /** Traces of program calls outside of trials and evaluations. */
  readonly traces: readonly TraceLink[];
  readonly notes: readonly NotePage[];
  readonly metrics: readonly LoggedMetric[];
  /** A sentence about the details that were dropped from the file; `null` if none were. */
  readonly omitted: string | null;
}

/** One run of a journal folder. */
export type ListedRun = Pick<RunHistory, 'runId' | 'name' | 'kind' | 'status' | 'startTime' | 'endTime' | 'lastTime'>;

/** One example of a dataset. */
export interface ExamplePage {
  readonly id: string;
  /** The beginning of its content, on one line. */
  readonly label: string;
}

/** A trace whose content is among the details. */
export interface TraceLink {
  readonly traceId: string;
  readonly name: string;
  readonly role: string;
  readonly status: Status;
  readonly startTime: number;
  readonly durationMs: number;
}

/** A metric that the user logged, with its values in order. */
export interface LoggedMetric {
  readonly key: string;
  readonly points: readonly { readonly step: number | null; readonly value: number; readonly time: number }[];
}

/** A problem of the journal, a warning of ax-autolog, or a message that the user logged. */
export interface NotePage {
  readonly kind: 'warning' | 'problem' | 'message';
  readonly code: string | null;
  readonly message: string;
  readonly count: number;
}
