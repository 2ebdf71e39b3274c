/** The data of each event, by the name of its hook. */

import type { LogData } from './log-data.js';
import type { TraceData } from './traces.js';
import type {
  BestProgramData,
  CandidateData,
  CandidateDecision,
  CertificateData,
  DatasetData,
  EndData,
  ErrorData,
  EvaluationResult,
  FrontMember,
  Json,
  JsonObject,
  LMData,
  Role,
  RunKind,
  Tokens,
  TokensByRole,
  TrialIdentity,
} from './values.js';

/** Data of each event, by the name of its hook. Hooks, journal and types all follow this map. */
export interface EventData {
  /** A run starts. It is the first event of the run. */
  onRunStart: {
    /** Name of the optimizer, `eval`, or the `runName` of `startRun`. */
    readonly name: string;
    /** Kind of the run. */
    readonly kind: RunKind;
    /** Tags given to `startRun`. */
    readonly tags: { readonly [key: string]: string };
    /** Params given to `startRun`. */
    readonly params: JsonObject;
    /** Set if the user continues a run that a sink knows by this id (`runId` of `startRun`). */
    readonly externalRunId?: string;
    /** The process: main script, process id, platform, git commit, versions of node and ax-autolog. */
    readonly source: JsonObject;
  };
  /** A run ends. It is the last event of the run. */
  onRunEnd: EndData;
  /** A tracked `compile` was called. It fires before the first LM call. */
  onCompileStart: {
    /** 0-based position of this compile in its run. Compiles after the first prefix their params (`compile_1/…`). */
    readonly index: number;
    /** Label of the optimizer, e.g. `GEPA`, `MIPROv2`. */
    readonly optimizer: string;
    /** The tracked method: `compile`, `compileStream`, … */
    readonly method: string;
    /** Set if this compile runs inside another. */
    readonly parentCompileId?: string;
    /** The optimizer's settings in effect, defaults included. */
    readonly hyperparameters: JsonObject;
    /** Options that were passed to this `compile`: scalars and plain objects. */
    readonly options: JsonObject;
    /** LMs that the optimizer uses. */
    readonly lms: readonly LMData[];
    /** `null` if there is none. */
    readonly trainset: DatasetData | null;
    /** `null` if there is none: trials then use the trainset. */
    readonly valset: DatasetData | null;
    /** State of the program before the search; `null` if it could not be read. */
    readonly seed: CandidateData | null;
    /** Name of the metric function; `null` if it has none. */
    readonly metric: string | null;
  };
  /** The promise of a tracked `compile` settled. */
  onCompileEnd: EndData & {
    /** Number of trials. */
    readonly trials: number;
    /** The program that the compile returned; `null` if it failed or returned none. */
    readonly best: BestProgramData | null;
    /** Best score as the optimizer reports it; `null` if it reports none. */
    readonly reportedScore: number | null;
    /** LM calls of this compile by role, those of compiles inside it included. */
    readonly tokens: TokensByRole;
    /** Further fields of the optimizer's result: statistics, final configuration. */
    readonly result: JsonObject;
  };
  /** An evaluation outside every compile starts. */
  onEvalStart: {
    /** `<key>`, or `<key>_<step>` after the first of its series. */
    readonly name: string;
    /** Label of the evaluator, e.g. `Evaluate`. */
    readonly evaluator: string;
    /** The evaluator's settings in effect, defaults included. */
    readonly hyperparameters: JsonObject;
    /** Options that were passed to this call: scalars and plain objects. */
    readonly options: JsonObject;
    /** LMs that are used. */
    readonly lms: readonly LMData[];
    /** `null` if it is not known. */
    readonly devset: DatasetData | null;
    /** State of the program; `null` if it could not be read. */
    readonly candidate: CandidateData | null;
    /** Name of the metric function; `null` if it has none. */
    readonly metric: string | null;
    /** 0-based position of this evaluation in its run. */
    readonly index: number;
    /** Name of its series: the `metricKey`, else `eval`. */
    readonly key: string;
    /** 0-based position in that series. */
    readonly step: number;
  };
  /** An evaluation outside every compile ended. */
  onEvalEnd: EvaluationResult &
    Pick<EventData['onEvalStart'], 'name' | 'key' | 'step'> & {
      /** Number of examples. */
      readonly n: number;
    };
  /** A trial starts: inside a compile, one candidate is about to be evaluated on one batch. */
  onTrialStart: TrialIdentity;
  /** A trial ended. The event is in the journal before the tracked promise settles. */
  onTrialEnd: TrialIdentity & EvaluationResult;
  /** An example of a trial or evaluation was scored, or failed. */
  onExampleEnd: {
    /** 0-based position in the batch. */
    readonly index: number;
    /** First 16 hex digits of the SHA-256 of the input's JSON: the same example has the same id in every trial. */
    readonly exampleId: string;
    /** The example; `null` if `capture.inputs` is off. */
    readonly example: Json;
    /** The program's prediction; `null` if it failed or `capture.outputs` is off. */
    readonly prediction: Json;
    /** `null` if it was not scored. */
    readonly score: number | null;
    /** Score of each objective of a multi-objective metric. */
    readonly scores?: { readonly [objective: string]: number };
    /** Feedback that the metric returned. It mixes inputs and outputs, so both must be captured. */
    readonly feedback?: string;
    /** The error of the program or metric, if one threw. */
    readonly error?: ErrorData;
    /** Duration of the prediction, in milliseconds; `null` if it is not known. */
    readonly durationMs: number | null;
    /** The trace of the prediction, if there is one. */
    readonly traceId?: string;
  };
  /** The search proposed a program state that is new in this compile. */
  onCandidateProposed: {
    /** The proposed state. */
    readonly candidate: CandidateData;
    /** Origin: `seed`, `reflection`, `merge`, `bootstrap`, `curator` or `user`. */
    readonly by: string;
    /** Keys of the components whose text differs from the first parent's. */
    readonly changed: readonly string[];
    /**
     * The input of the proposer, e.g. the examples and feedback that a reflection read; `null` if it is not known, or not
     * everything is captured.
     */
    readonly evidence: Json;
  };
  /** The search accepted a candidate. */
  onCandidateAccepted: CandidateDecision;
  /** The search rejected a candidate. */
  onCandidateRejected: CandidateDecision;
  /** A full evaluation scored higher than every earlier one of its compile. */
  onBestChanged: {
    /** The candidate with the new best score. */
    readonly candidateId: string;
    /** The trial that set it. */
    readonly trialId: string | null;
    /** Series of that trial. */
    readonly key: string;
    /** Its position in the series. */
    readonly step: number | null;
    /** The new best score. */
    readonly score: number;
    /** The best score before; `null` for the first. */
    readonly previous: number | null;
  };
  /** The Pareto front changed. */
  onParetoChanged: {
    /** Candidates on the front, with their scores by objective or example. */
    readonly front: readonly FrontMember[];
  };
  /** The certificate of a compile: whether it returned the program that its best trial scored. It comes before the end of the run. */
  onCertificate: CertificateData;
  /**
   * A program call ended. The envelope names its compile and its trial or evaluation. The metric's verdict is in the
   * `onExampleEnd` with the same `traceId`, which comes later.
   */
  onTraceEnd: TraceData;
  /** A call of a language model ended. */
  onLMCall: {
    /** Part of the search that the call serves. */
    readonly role: Role;
    /** `chat` or `embed`. */
    readonly operation: string;
    /** Name that the service gives itself, e.g. `OpenAI`. */
    readonly provider: string;
    /** Name of the model. */
    readonly model: string;
    /** `null` if the provider reported none. */
    readonly tokens: Omit<Tokens, 'calls' | 'cost'> | null;
    /** In US dollars; `null` if no price is known. */
    readonly cost: number | null;
    /** Whether the answer came from a cache. */
    readonly cached: boolean;
    /** In milliseconds; `null` if it is not known. */
    readonly durationMs: number | null;
    /** The error of the call, if it failed. */
    readonly error?: ErrorData;
  };
  /** The user logged a metric, param, tag, artifact or message on the run. */
  onLog: LogData;
  /** The optimizer reported progress. */
  onProgress: {
    /** The optimizer's name of the report, e.g. ax's `RoundProgress`. */
    readonly name: string;
    /** Steps done so far; `null` if they are not known. */
    readonly done: number | null;
    /** Steps in total; `null` if they are not known. */
    readonly total: number | null;
    /** The report itself. */
    readonly data: Json;
  };
  /** ax-autolog or a sink has a problem. The sink that it is about does not receive it. */
  onWarning: {
    /** Stable code: see docs/errors.md. */
    readonly code: string;
    /** Redacted text. */
    readonly message: string;
    /** Name of the sink that it is about, if any. */
    readonly sink?: string;
    /** Number of times that it happened so far. */
    readonly count: number;
    /** Details; `null` if there are none. */
    readonly data: Json;
  };
}
