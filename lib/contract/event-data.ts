/** What each event says, by the name of its hook. */

import type { TraceData } from './traces.js';
import type {
  BestProgramData,
  CandidateData,
  CandidateDecision,
  CertificateData,
  DatasetData,
  ErrorData,
  EvaluationResult,
  Json,
  JsonObject,
  LMData,
  Role,
  RunKind,
  Status,
  Tokens,
  TokensByRole,
  TrialIdentity,
} from './values.js';

/** Data of each hook, by hook name. The one event map: hooks, journal and types all follow it. */
export interface EventData {
  /** Before anything else of a run. */
  onRunStart: {
    readonly name: string;
    readonly kind: RunKind;
    readonly tags: { readonly [key: string]: string };
    readonly params: JsonObject;
    /** Set when the user asked to continue a run that some sink knows by this id. */
    readonly externalRunId?: string;
    /** What runs: main script, process id, host platform, versions of node, ax-autolog and ax. */
    readonly source: JsonObject;
  };
  /** After everything else of a run. */
  onRunEnd: { readonly status: Status; readonly durationMs: number; readonly error?: ErrorData };
  /** A tracked `compile` was called; before its first LM call. */
  onCompileStart: {
    /** 0-based position of this compile in its run: later ones prefix their params (`compile_1/…`). */
    readonly index: number;
    /** Label of the optimizer, e.g. `GEPA`, `MIPROv2`. */
    readonly optimizer: string;
    /** The tracked method: `compile`, `compileStream`, … */
    readonly method: string;
    /** Set when this compile runs inside another. */
    readonly parentCompileId?: string;
    /** The optimizer's real settings, defaults included. */
    readonly hyperparameters: JsonObject;
    /** What was passed to this `compile` as options (scalars and plain objects). */
    readonly options: JsonObject;
    readonly lms: readonly LMData[];
    readonly trainset: DatasetData | null;
    readonly valset: DatasetData | null;
    /** State of the program before anything changed it. */
    readonly seed: CandidateData | null;
    /** Name of the metric function, if it has one. */
    readonly metric: string | null;
  };
  /** The promise of a tracked `compile` settles. */
  onCompileEnd: {
    readonly status: Status;
    readonly error?: ErrorData;
    readonly durationMs: number;
    readonly trials: number;
    /** What the compile returned as its best program; `null` when it failed. */
    readonly best: BestProgramData | null;
    /** Best score as the optimizer itself reports it. */
    readonly reportedScore: number | null;
    readonly tokens: TokensByRole;
    /** What else the optimizer's result says: stats, final configuration. */
    readonly result: JsonObject;
  };
  /** An evaluation outside of every compile begins. */
  onEvalStart: {
    readonly name: string;
    readonly evaluator: string;
    readonly hyperparameters: JsonObject;
    readonly options: JsonObject;
    readonly lms: readonly LMData[];
    readonly devset: DatasetData | null;
    readonly candidate: CandidateData | null;
    readonly metric: string | null;
    /** 0-based position of this evaluation in its run. */
    readonly index: number;
    /** Series name given by `metricKey`; `eval` otherwise. */
    readonly key: string;
    /** 0-based position in that series. */
    readonly step: number;
  };
  /** An evaluation outside of every compile is over. */
  onEvalEnd: EvaluationResult & Pick<EventData['onEvalStart'], 'name' | 'key' | 'step'> & { readonly n: number };
  /** One candidate is about to be evaluated on one batch, inside a compile. */
  onTrialStart: TrialIdentity;
  /** A trial is over. It is in the journal before the tracked promise settles. */
  onTrialEnd: TrialIdentity & EvaluationResult;
  /** One example of a trial or evaluation is done. */
  onExampleEnd: {
    /** 0-based position in the batch. */
    readonly index: number;
    /** First 16 hex digits of the SHA-256 of the input's JSON: the same example has the same id in every trial. */
    readonly exampleId: string;
    readonly example: Json;
    readonly prediction: Json;
    readonly score: number | null;
    readonly scores?: { readonly [objective: string]: number };
    readonly feedback?: string;
    readonly error?: ErrorData;
    readonly durationMs: number | null;
    readonly traceId?: string;
  };
  /** A program state that this compile has not had before. */
  onCandidateProposed: {
    readonly candidate: CandidateData;
    /** How it came to be: `seed`, `reflection`, `merge`, `bootstrap`, `curator`, `user`. */
    readonly by: string;
    /** Keys of the components whose text changed against the first parent. */
    readonly changed: readonly string[];
    /** What the proposer saw when it made this candidate. */
    readonly evidence: Json;
  };
  /** The search keeps a candidate. */
  onCandidateAccepted: CandidateDecision;
  /** The search drops a candidate. */
  onCandidateRejected: CandidateDecision;
  /** A full evaluation beat the best one so far. */
  onBestChanged: {
    readonly candidateId: string;
    readonly trialId: string | null;
    /** Series of the trial that set it: always a full evaluation unless `derived` says otherwise. */
    readonly key: string;
    readonly step: number | null;
    readonly score: number;
    readonly previous: number | null;
  };
  /** The Pareto front differs from the last one. */
  onParetoChanged: {
    readonly front: readonly {
      readonly candidateId: string;
      readonly scores: { readonly [objective: string]: number };
    }[];
  };
  /** Whether the returned program is what its best trial scored. After the compile, before the end of its run. */
  onCertificate: CertificateData;
  /**
   * A program call is over. Its trial or evaluation, and its compile, are in the envelope; the metric's verdict on it is in
   * the `onExampleEnd` with the same `traceId`, which comes later.
   */
  onTraceEnd: TraceData;
  /** One call of a language model. */
  onLMCall: {
    readonly role: Role;
    readonly operation: string;
    readonly provider: string;
    readonly model: string;
    readonly tokens: Omit<Tokens, 'calls' | 'cost'> | null;
    readonly cost: number | null;
    readonly cached: boolean;
    readonly durationMs: number | null;
    readonly error?: ErrorData;
  };
  /** What the user logged on the run. */
  onLog:
    | { readonly kind: 'metric'; readonly key: string; readonly value: number; readonly step: number | null }
    | { readonly kind: 'param'; readonly key: string; readonly value: Json }
    | { readonly kind: 'tag'; readonly key: string; readonly value: string }
    | {
        readonly kind: 'artifact';
        readonly path: string;
        readonly content: Json;
        readonly encoding: 'utf8' | 'base64' | 'json';
      }
    | { readonly kind: 'message'; readonly message: string; readonly data: Json };
  /** What the optimizer says of how far it is. */
  onProgress: {
    /** What the optimizer says of itself, e.g. ax's `RoundProgress`. */
    readonly name: string;
    readonly done: number | null;
    readonly total: number | null;
    readonly data: Json;
  };
  /** A problem of ax-autolog or of a sink; it never reaches the sink it is about. */
  onWarning: {
    /** Stable code, see docs/errors.md. */
    readonly code: string;
    readonly message: string;
    /** Name of the sink it is about, if it is about one. */
    readonly sink?: string;
    /** How many times this happened so far. */
    readonly count: number;
    readonly data: Json;
  };
}
