import type {
  BestProgramData,
  CandidateData,
  CertificateData,
  DatasetData,
  ErrorData,
  EvaluationResult,
  EventData,
  Json,
  JsonObject,
  LMData,
  Status,
  TokensByRole,
  TraceData,
  TrialIdentity,
} from '../../contract/events.js';
import type { RunSummary } from '../../contract/run-summary.js';

export type { RunSummary };

/** What a journal says of one run, put together: what was proposed, tried, decided and returned. */
export interface RunHistory extends RunSummary {
  readonly parentRunId: string | null;
  /** Those of its start, and those that were set since. */
  readonly tags: { readonly [key: string]: string };
  /** Those of its start, and those that were logged since. */
  readonly params: JsonObject;
  readonly source: JsonObject;
  readonly error: ErrorData | null;
  readonly compiles: readonly CompileHistory[];
  /**
   * Of all compiles, by `index`. One whose start and end are lost, but not its examples, takes the lowest index that is
   * free; so do compiles and evaluations.
   */
  readonly trials: readonly TrialHistory[];
  /** Outside of compiles, by `index`. */
  readonly evaluations: readonly EvaluationHistory[];
  /** LM calls by role, counted from the calls themselves. */
  readonly tokens: TokensByRole;
  /** What the user logged: metrics, messages, artifacts without their content (`null`). */
  readonly logs: readonly Logged[];
  readonly warnings: readonly EventData['onWarning'][];
  /** What could not be read of the journal. */
  readonly problems: readonly { readonly code: string; readonly message: string }[];
  /** Traces by id, as far as they were kept. */
  readonly traces: ReadonlyMap<string, TraceData>;
}

/** What the user logged on a run. */
export interface Logged {
  readonly time: number;
  readonly data: EventData['onLog'];
}

/** One compile of a run. */
export interface CompileHistory {
  readonly compileId: string;
  readonly index: number;
  readonly parentCompileId: string | null;
  readonly optimizer: string;
  readonly method: string;
  readonly hyperparameters: JsonObject;
  readonly options: JsonObject;
  readonly lms: readonly LMData[];
  readonly trainset: DatasetData | null;
  readonly valset: DatasetData | null;
  readonly metric: string | null;
  readonly status: Status | 'running';
  readonly error: ErrorData | null;
  readonly startTime: number;
  readonly endTime: number | null;
  readonly seed: CandidateData | null;
  /** Every candidate met, in order of first appearance; the seed first. */
  readonly candidates: readonly CandidateHistory[];
  /** Each change of the best, in order. */
  readonly bests: readonly (EventData['onBestChanged'] & { readonly time: number })[];
  /** The last Pareto front; empty where none was told. */
  readonly pareto: EventData['onParetoChanged']['front'];
  /** What was returned. */
  readonly best: BestProgramData | null;
  readonly reportedScore: number | null;
  readonly result: JsonObject;
  readonly certificate: CertificateData | null;
  /** LM calls by role, counted from the calls themselves. */
  readonly tokens: TokensByRole;
}

/** One candidate of a compile. */
export interface CandidateHistory {
  readonly candidate: CandidateData;
  /** How it came to be: `seed`, `reflection`, `merge`, …; `null` where nobody said. */
  readonly by: string | null;
  /** Keys of the components whose text differs from the first parent's. */
  readonly changed: readonly string[];
  /** What its proposer saw. */
  readonly evidence: Json;
  readonly time: number;
  /** Ids of the trials that ran it, in order. */
  readonly trialIds: readonly string[];
  readonly decision: Decision | null;
}

/** What became of a candidate. */
export interface Decision {
  readonly accepted: boolean;
  readonly reason: string;
  readonly trialId: string | null;
  readonly time: number;
  /** Whether it was inferred rather than observed. */
  readonly derived: boolean;
}

/** One example of a trial or evaluation. */
export interface ExampleHistory {
  readonly index: number;
  readonly exampleId: string;
  readonly example: Json;
  readonly prediction: Json;
  readonly score: number | null;
  readonly scores: { readonly [objective: string]: number } | null;
  readonly feedback: string | null;
  readonly error: ErrorData | null;
  readonly durationMs: number | null;
  readonly traceId: string | null;
}

/** What all LM calls of a run, from its start to a moment of it, come to. */
export interface Spent {
  readonly calls: number;
  readonly tokens: number;
  /** In US dollars; `null` where no call had a price. */
  readonly cost: number | null;
}

/** What trials and evaluations have in common. */
export interface Evaluated extends Omit<EvaluationResult, 'status' | 'error' | 'tokens' | 'durationMs'> {
  /** `running` also stands for one whose end is not in the journal. While running, `score` is `null`. */
  readonly status: Status | 'running';
  readonly startTime: number;
  readonly endTime: number | null;
  readonly durationMs: number | null;
  readonly error: ErrorData | null;
  /** LM calls by role, counted from the calls themselves; what its end says, where the journal has no call of it. */
  readonly tokens: TokensByRole;
  /** In order of position in the batch. */
  readonly examples: readonly ExampleHistory[];
  /** All that the run had spent when this ended (or, while it is running, by the last event). */
  readonly spent: Spent;
}

/** One trial of a compile. */
export interface TrialHistory extends Evaluated, Omit<TrialIdentity, 'candidate'> {
  readonly trialId: string;
  readonly compileId: string;
  readonly candidateId: string | null;
  /** Whether it set a new best. */
  readonly isBest: boolean;
  /** The decision that this trial led to. */
  readonly decision: Decision | null;
}

/** One evaluation outside of every compile. */
export interface EvaluationHistory extends Evaluated {
  readonly evalId: string;
  readonly index: number;
  readonly name: string;
  readonly key: string;
  readonly step: number;
  readonly evaluator: string;
  readonly n: number;
  readonly hyperparameters: JsonObject;
  readonly options: JsonObject;
  readonly lms: readonly LMData[];
  readonly devset: DatasetData | null;
  readonly candidate: CandidateData | null;
  readonly metric: string | null;
}
