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
import type { JournalProblem, RunSummary } from '../../contract/run-summary.js';

export type { JournalProblem, RunSummary };

/**
 * History of one run, built from its events: which candidates were proposed, tried, accepted, rejected and returned.
 */
export interface RunHistory extends RunSummary {
  /** The run in which this run was started; `null` if there is none. */
  readonly parentRunId: string | null;
  /** Tags from the start of the run, updated by those that were set later. */
  readonly tags: { readonly [key: string]: string };
  /** Params from the start of the run, updated by those that were logged later. */
  readonly params: JsonObject;
  /**
   * The process that ran it: main script, process id, platform, git commit, versions. Empty if its start is missing.
   */
  readonly source: JsonObject;
  /** The error that ended the run; `null` unless the run failed. */
  readonly error: ErrorData | null;
  /** Compiles of the run, by `index`. */
  readonly compiles: readonly CompileHistory[];
  /**
   * Trials of all compiles, by `index`. A trial whose start and end are missing from the journal gets the lowest free
   * index. The same holds for compiles and evaluations.
   */
  readonly trials: readonly TrialHistory[];
  /** Evaluations outside every compile, by `index`. */
  readonly evaluations: readonly EvaluationHistory[];
  /** Tokens by role, summed over the recorded LM calls. */
  readonly tokens: TokensByRole;
  /** Metrics, messages and artifacts that the user logged, in order. The `content` of an artifact is `null`. */
  readonly logs: readonly Logged[];
  /** Warnings that were recorded during the run, in order. */
  readonly warnings: readonly EventData['onWarning'][];
  /** Problems met while the journal was read. Empty for a run built from live events. */
  readonly problems: readonly JournalProblem[];
  /** Traces by id; empty unless `traces: 'all'` was requested. */
  readonly traces: ReadonlyMap<string, TraceData>;
}

/** One metric, message or artifact that the user logged. */
export interface Logged {
  /** In milliseconds since the Unix epoch. */
  readonly time: number;
  /** The logged entry; the `content` of an artifact is `null`. */
  readonly data: EventData['onLog'];
}

/** History of one compile. If its start is missing from the journal, its settings are empty and its names `unknown`. */
export interface CompileHistory {
  /** Id of the compile. */
  readonly compileId: string;
  /** 0-based position in the run, in order of start. */
  readonly index: number;
  /** The compile that this compile runs in; `null` for an outer one. */
  readonly parentCompileId: string | null;
  /** Label of the optimizer, e.g. `GEPA`. */
  readonly optimizer: string;
  /** The tracked method: `compile`, `compileStream`, … */
  readonly method: string;
  /** The optimizer's settings in effect, defaults included. */
  readonly hyperparameters: JsonObject;
  /** Options that were passed to this call: scalars and plain objects. */
  readonly options: JsonObject;
  /** LMs that the optimizer uses. */
  readonly lms: readonly LMData[];
  /** The training set; `null` if there is none. */
  readonly trainset: DatasetData | null;
  /** The validation set; `null` if there is none: trials then use the training set. */
  readonly valset: DatasetData | null;
  /** Name of the metric function; `null` if it has none. */
  readonly metric: string | null;
  /** `running` also if the process died before the compile ended. */
  readonly status: Status | 'running';
  /** The error that ended the compile; `null` unless it failed. */
  readonly error: ErrorData | null;
  /** In milliseconds since the Unix epoch. */
  readonly startTime: number;
  /** In milliseconds since the Unix epoch; `null` while it is running. */
  readonly endTime: number | null;
  /** State of the program before the search; `null` if it could not be read. */
  readonly seed: CandidateData | null;
  /** Every candidate that was proposed, tried or returned, in order of first appearance, the seed first. */
  readonly candidates: readonly CandidateHistory[];
  /** Changes of the best candidate, in order. */
  readonly bests: readonly (EventData['onBestChanged'] & {
    /** In milliseconds since the Unix epoch. */
    readonly time: number;
  })[];
  /** The last Pareto front; empty if the optimizer reported none. */
  readonly pareto: EventData['onParetoChanged']['front'];
  /** The program that the compile returned; `null` while it is running, and if it failed or returned none. */
  readonly best: BestProgramData | null;
  /** Best score as the optimizer reports it; `null` if it reports none. */
  readonly reportedScore: number | null;
  /** Further fields of the optimizer's result: statistics, final configuration. */
  readonly result: JsonObject;
  /** Certificate of the returned program; `null` if there is none. */
  readonly certificate: CertificateData | null;
  /** Tokens by role, summed over the recorded LM calls of this compile and of those inside it. */
  readonly tokens: TokensByRole;
}

/** History of one candidate of a compile. */
export interface CandidateHistory {
  /** State of the candidate. */
  readonly candidate: CandidateData;
  /** How it was made: `seed`, `reflection`, `merge`, …; `null` if the optimizer did not report it. */
  readonly by: string | null;
  /** Keys of the components whose text differs from the first parent's. */
  readonly changed: readonly string[];
  /** Input of the proposer, e.g. the examples and feedback that a reflection read; `null` if it is not known. */
  readonly evidence: Json;
  /** When it first appeared, in milliseconds since the Unix epoch. */
  readonly time: number;
  /** Ids of the trials that ran it, in order. */
  readonly trialIds: readonly string[];
  /** The last decision on it; `null` if there was none. */
  readonly decision: Decision | null;
}

/** Decision of a search to accept or reject a candidate. */
export interface Decision {
  /** `true` if the candidate was accepted, `false` if it was rejected. */
  readonly accepted: boolean;
  /** Why, in the optimizer's words; empty if it gave no reason. */
  readonly reason: string;
  /** The trial that decided it; `null` if none did. */
  readonly trialId: string | null;
  /** In milliseconds since the Unix epoch. */
  readonly time: number;
  /** Whether any of it was inferred instead of observed. */
  readonly derived: boolean;
}

/** Result of one example in a trial or evaluation. */
export interface ExampleHistory {
  /** 0-based position in the batch. */
  readonly index: number;
  /** Hash of the example's input: the same example has the same id in every trial. */
  readonly exampleId: string;
  /** The example; `null` if it was not recorded. */
  readonly example: Json;
  /** Output of the program; `null` if it was not recorded or the example failed. */
  readonly prediction: Json;
  /** Score in the metric's own unit; `null` if the example was not scored. */
  readonly score: number | null;
  /** Score of each objective; `null` unless the metric has several. */
  readonly scores: { readonly [objective: string]: number } | null;
  /** Feedback that the metric returned; `null` if it returned none. */
  readonly feedback: string | null;
  /** The error of the program or metric; `null` if neither threw. */
  readonly error: ErrorData | null;
  /** Duration of the prediction, in milliseconds; `null` if it is not known. */
  readonly durationMs: number | null;
  /** Key into {@link RunHistory.traces}; `null` if the example was not traced. */
  readonly traceId: string | null;
}

/** Sum of all LM calls of a run, from its start to a given moment. */
export interface Spent {
  /** Number of LM calls. */
  readonly calls: number;
  /** Number of tokens, prompt and completion. */
  readonly tokens: number;
  /** In US dollars; `null` if no call has a known price. */
  readonly cost: number | null;
}

/** Members that trials and evaluations share. */
export interface Evaluated extends Omit<EvaluationResult, 'status' | 'error' | 'tokens' | 'durationMs'> {
  /** `running` also if its end is missing from the journal; `score` is then `null`. */
  readonly status: Status | 'running';
  /** In milliseconds since the Unix epoch. */
  readonly startTime: number;
  /** In milliseconds since the Unix epoch; `null` while it is running. */
  readonly endTime: number | null;
  /** Duration in milliseconds; `null` while it is running. */
  readonly durationMs: number | null;
  /** The error that ended it; `null` unless it failed. */
  readonly error: ErrorData | null;
  /** Tokens by role, summed over its recorded LM calls. If none is recorded, the counts from its end. */
  readonly tokens: TokensByRole;
  /** Results by position in the batch; empty if examples were not read. */
  readonly examples: readonly ExampleHistory[];
  /** Sum of the run's LM calls when it ended, or at the last event while it is running. */
  readonly spent: Spent;
}

/** History of one trial of a compile. */
export interface TrialHistory extends Evaluated, Omit<TrialIdentity, 'candidate'> {
  /** Id of the trial. */
  readonly trialId: string;
  /** The compile that it belongs to. */
  readonly compileId: string;
  /** The candidate that it ran; `null` if it could not be read. */
  readonly candidateId: string | null;
  /** Whether its score was a new best. */
  readonly isBest: boolean;
  /** The decision that this trial led to; `null` if there was none. */
  readonly decision: Decision | null;
}

/** History of one evaluation outside every compile. */
export interface EvaluationHistory extends Evaluated {
  /** Id of the evaluation. */
  readonly evalId: string;
  /** 0-based position in the run, in order of start. */
  readonly index: number;
  /** `<key>`, or `<key>_<step>` after the first of its series. */
  readonly name: string;
  /** Name of its series: the `metricKey`, else `eval`. */
  readonly key: string;
  /** 0-based position in that series. */
  readonly step: number;
  /** Label of the evaluator, e.g. `Evaluate`; `unknown` if its start is missing from the journal. */
  readonly evaluator: string;
  /** Number of examples. */
  readonly n: number;
  /** The evaluator's settings in effect, defaults included. */
  readonly hyperparameters: JsonObject;
  /** Options that were passed to this call: scalars and plain objects. */
  readonly options: JsonObject;
  /** LMs that the evaluation uses. */
  readonly lms: readonly LMData[];
  /** The examples that it ran on; `null` if they are not known. */
  readonly devset: DatasetData | null;
  /** State of the evaluated program; `null` if it could not be read. */
  readonly candidate: CandidateData | null;
  /** Name of the metric function; `null` if it has none. */
  readonly metric: string | null;
}
