/**
 * The events: what a sink can hear, and in which shape. One versioned envelope, one map from hook name to data.
 *
 * Every value that reaches a sink is JSON-safe (what `JSON.parse` of the journal's line would give) and deep-frozen.
 */

/** Anything JSON can hold. Non-JSON values (BigInt, Map, Date, …) have been written in their JSON form by the snapshot. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A plain JSON object. */
export type JsonObject = { readonly [key: string]: Json };

/** Version of the envelope. It changes when a reader of an older version would misread a newer line. */
export const EVENT_VERSION = 1;

/** How a run, compile, evaluation, trial or trace ended. */
export type Status = 'finished' | 'failed' | 'cancelled';

/**
 * What a trial was evaluated on.
 * `full`: every example of the compile's validation set (training set if there is none); `minibatch`: a proper subset
 * of either; `holdout`: neither.
 */
export type Scope = 'full' | 'minibatch' | 'holdout';

/** Who an LM call was made for. `task` is the program under test. */
export type Role = 'task' | 'reflection' | 'teacher' | 'judge' | 'proposer';

/** An error as recorded: name, message (redacted), optional code, stack and cause. */
export interface ErrorData {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: ErrorData;
}

/** A program state under test. `id` is the content hash of everything else in it except `parents`. */
export interface CandidateData {
  readonly id: string;
  /** Component key → text, as ax's `getOptimizableComponents()` lists them. */
  readonly texts: { readonly [component: string]: string };
  /** Demonstrations, as ax's `setDemos` takes them. */
  readonly demos: readonly Json[];
  /** Model settings that belong to the state, if any. */
  readonly modelConfig?: JsonObject;
  /** State of a program that is no ax program: what it says of itself. */
  readonly state?: Json;
  /** Ids of the candidates it was made from; empty for a seed. */
  readonly parents: readonly string[];
}

/** A dataset as handed to a compile or evaluation. */
export interface DatasetData {
  /** Name, if the caller gave one. */
  readonly name?: string;
  /** Number of examples. */
  readonly size: number;
  /** First 32 hex digits of the SHA-256 of the examples' JSON. */
  readonly digest: string;
  /** Field names over all examples, in order of first appearance. */
  readonly fields: readonly string[];
  /** The examples themselves. `null` where `capture.inputs` is off. */
  readonly examples: readonly Json[] | null;
}

/** One LM that a compile or evaluation uses. */
export interface LMData {
  /** `student` or `teacher`, else the name of the argument it came in. */
  readonly name: string;
  /** What the service calls itself, e.g. `OpenAI`. */
  readonly provider: string;
  readonly model: string;
  /** Temperature, max tokens, …; secrets are removed. */
  readonly settings: JsonObject;
}

/** Token counts of one call or the sum over several. */
export interface Tokens {
  readonly calls: number;
  readonly prompt: number;
  readonly completion: number;
  readonly total: number;
  /** Prompt tokens read from the provider's cache. */
  readonly cached?: number;
  /** Completion tokens spent on reasoning. */
  readonly reasoning?: number;
  /** In US dollars, where a price is known. */
  readonly cost?: number;
}

/** Tokens by {@link Role}. */
export type TokensByRole = { readonly [R in Role]?: Tokens };

/** What trial starts and ends both say. */
export interface TrialIdentity {
  /** 0-based, over the whole run, in order of start: names the trial's folder. */
  readonly index: number;
  /** `full`, `minibatch`, `holdout`, or the caller's `metricKey`: the series it belongs to. `null` while unknown. */
  readonly key: string | null;
  /** 0-based position in that series. `null` while unknown. */
  readonly step: number | null;
  /** `eval_<key>_<step>`; `null` while unknown. */
  readonly name: string | null;
  /** `null` at the start where nobody can know yet; always set at the end. */
  readonly scope: Scope | null;
  /** What the optimizer calls this evaluation, e.g. `parent minibatch`, `round 2`. */
  readonly phase: string | null;
  /** Number of examples in the batch; `null` while unknown. */
  readonly n: number | null;
  /** Size of the set the scope refers to; `null` where there is none. */
  readonly of: number | null;
  readonly candidate: CandidateData | null;
}

/** What an evaluation or trial says at its end. */
export interface EvaluationResult {
  readonly status: Status;
  /** Mean of the examples' scores in the metric's own unit; `null` when nothing was scored. */
  readonly score: number | null;
  /** Mean of each objective of a multi-objective metric. */
  readonly scores?: { readonly [objective: string]: number };
  /** What the evaluator itself returned, where that differs from the mean, e.g. a percentage. */
  readonly reportedScore?: number;
  /** Score of each example in order of the batch; `null` for one that has none. */
  readonly exampleScores: readonly (number | null)[];
  /** Examples that raised an error. */
  readonly errors: number;
  readonly tokens: TokensByRole;
  readonly durationMs: number;
  readonly error?: ErrorData;
}

/** Data of each hook, by hook name. The one event map: hooks, journal and types all follow it. */
export interface EventData {
  onRunStart: {
    readonly name: string;
    readonly kind: 'compile' | 'eval' | 'user';
    readonly tags: { readonly [key: string]: string };
    readonly params: JsonObject;
    /** Set when the user asked to continue a run that some sink knows by this id. */
    readonly externalRunId?: string;
    /** What runs: main script, process id, host platform, versions of node, ax-autolog and ax. */
    readonly source: JsonObject;
  };
  onRunEnd: { readonly status: Status; readonly durationMs: number; readonly error?: ErrorData };
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
  onEvalEnd: EvaluationResult & {
    readonly name: string;
    readonly key: string;
    readonly step: number;
    readonly n: number;
  };
  onTrialStart: TrialIdentity;
  onTrialEnd: TrialIdentity & EvaluationResult;
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
  onCandidateProposed: {
    readonly candidate: CandidateData;
    /** How it came to be: `seed`, `reflection`, `merge`, `bootstrap`, `curator`, `user`. */
    readonly by: string;
    /** Keys of the components whose text changed against the first parent. */
    readonly changed: readonly string[];
    /** What the proposer saw when it made this candidate. */
    readonly evidence: Json;
  };
  onCandidateAccepted: CandidateDecision;
  onCandidateRejected: CandidateDecision;
  onBestChanged: {
    readonly candidateId: string;
    readonly trialId: string | null;
    /** Series of the trial that set it: always a full evaluation unless `derived` says otherwise. */
    readonly key: string;
    readonly step: number | null;
    readonly score: number;
    readonly previous: number | null;
  };
  onParetoChanged: {
    readonly front: readonly {
      readonly candidateId: string;
      readonly scores: { readonly [objective: string]: number };
    }[];
  };
  onTraceEnd: JsonObject;
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
  onProgress: {
    /** What the optimizer says of itself, e.g. ax's `RoundProgress`. */
    readonly name: string;
    readonly done: number | null;
    readonly total: number | null;
    readonly data: Json;
  };
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

/** What the compile returned, in a form that loads back: see `loadBest`. */
export interface BestProgramData {
  readonly candidate: CandidateData;
  /** Score of that candidate's last full evaluation; `null` if it had none. */
  readonly score: number | null;
  /** `ax-optimized-program`, `ax-ace-program`, `demos` or `state`: how `program` is to be read. */
  readonly format: string;
  /** The serialized program. */
  readonly program: Json;
}

/** Why a candidate stays or goes. */
export interface CandidateDecision {
  readonly candidateId: string;
  readonly reason: string;
  /** The trial that decided it, where one did. */
  readonly trialId: string | null;
}

/** Name of a hook that carries an event. */
export type EventType = keyof EventData;

/** One event: who, when, where it belongs, what. Deep-frozen, JSON-safe. */
export interface Envelope<T extends EventType = EventType> {
  /** {@link EVENT_VERSION} */
  readonly v: number;
  /** Position in the writer's segment, from 0, without gaps. */
  readonly seq: number;
  /** Milliseconds since the Unix epoch, with microseconds as fraction; never decreases within a writer. */
  readonly time: number;
  /** The process (and thread) that wrote it. */
  readonly writer: string;
  readonly runId: string;
  readonly compileId?: string;
  readonly evalId?: string;
  readonly trialId?: string;
  readonly candidateId?: string;
  readonly parentRunId?: string;
  readonly type: T;
  readonly data: EventData[T];
  /** Paths in `data` that were inferred rather than observed, e.g. `scope`, `reason`. */
  readonly derived: readonly string[];
}

/** Any event, as a union discriminated by `type`. */
export type AnyEvent = { [T in EventType]: Envelope<T> }[EventType];

/** All hook names that carry events, in the order of a run's life. */
export const EVENT_TYPES: readonly EventType[] = [
  'onRunStart',
  'onCompileStart',
  'onEvalStart',
  'onTrialStart',
  'onExampleEnd',
  'onTrialEnd',
  'onCandidateProposed',
  'onCandidateAccepted',
  'onCandidateRejected',
  'onBestChanged',
  'onParetoChanged',
  'onTraceEnd',
  'onLMCall',
  'onLog',
  'onProgress',
  'onWarning',
  'onEvalEnd',
  'onCompileEnd',
  'onRunEnd',
];
