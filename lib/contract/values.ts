/** The values that events are made of: candidates, datasets, scores, tokens, errors. All JSON-safe and deep-frozen. */

/** Any JSON value. Other values (BigInt, Map, Date, …) were turned into JSON when the event was recorded. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A plain JSON object. */
export type JsonObject = { readonly [key: string]: Json };

/** How a run, compile, evaluation, trial or trace ended. */
export type Status = 'finished' | 'failed' | 'cancelled';

/**
 * Kind of a run: one tracked compile, one evaluation outside a compile, a run that the user opened with `startRun`, or
 * `predictions`, which holds the traces that a process recorded outside every compile, evaluation and run.
 */
export type RunKind = 'compile' | 'eval' | 'user' | 'predictions';

/**
 * Examples that a trial was evaluated on.
 * `full`: every example of the compile's validation set (training set if there is none); `minibatch`: a proper subset
 * of either; `holdout`: examples of neither.
 */
export type Scope = 'full' | 'minibatch' | 'holdout';

/** Part of a search that an LM call serves. `task` is the program under test. */
export type Role = 'task' | 'reflection' | 'teacher' | 'judge' | 'proposer';

/** A recorded error. Its texts are redacted. */
export interface ErrorData {
  /** Name of the error's class, e.g. `TypeError`. */
  readonly name: string;
  /** Its message. */
  readonly message: string;
  /** The error's own `code`, if it has one. */
  readonly code?: string;
  /** Stack trace, if the error has one. */
  readonly stack?: string;
  /** The error that caused it, if it names one. */
  readonly cause?: ErrorData;
}

/** A program state under test. */
export interface CandidateData {
  /** 16 hex digits: content hash of everything below except `parents`. */
  readonly id: string;
  /** Component key → text, as ax's `getOptimizableComponents()` lists them. */
  readonly texts: { readonly [component: string]: string };
  /** Demonstrations, as ax's `setDemos` takes them. */
  readonly demos: readonly Json[];
  /** Model settings that belong to the state, if any. */
  readonly modelConfig?: JsonObject;
  /** State of a program that is not an ax program, as that program reports it. */
  readonly state?: Json;
  /** Ids of the candidates that it was derived from; empty for a seed. */
  readonly parents: readonly string[];
  /** Parts that are not recorded, or not whole, because \`capture\` is off. They are part of the id nevertheless. */
  readonly withheld?: readonly ('texts' | 'demos' | 'modelConfig' | 'state')[];
}

/** A dataset that was passed to a compile or evaluation. */
export interface DatasetData {
  /** Name, if the caller gave one. */
  readonly name?: string;
  /** Number of examples. */
  readonly size: number;
  /** First 32 hex digits of the SHA-256 of the examples' JSON. */
  readonly digest: string;
  /** Field names over all examples, in order of first appearance. */
  readonly fields: readonly string[];
  /** The examples; `null` if `capture.inputs` is off. */
  readonly examples: readonly Json[] | null;
}

/** One LM that a compile or evaluation uses. */
export interface LMData {
  /** `student`, `teacher`, or the name of the argument that held it. */
  readonly name: string;
  /** Name that the service gives itself, e.g. `OpenAI`. */
  readonly provider: string;
  /** Name of the model. */
  readonly model: string;
  /** Temperature, maximum number of tokens and so on, without secrets. */
  readonly settings: JsonObject;
}

/** End of a run or compile. */
export interface EndData {
  /** How it ended. */
  readonly status: Status;
  /** The error that ended it, if it failed. */
  readonly error?: ErrorData;
  /** In milliseconds. */
  readonly durationMs: number;
}

/** A candidate on the Pareto front. */
export interface FrontMember {
  /** The candidate. */
  readonly candidateId: string;
  /** Its scores, by objective or example. */
  readonly scores: { readonly [objective: string]: number };
}

/** Token counts, summed over calls. */
export interface Tokens {
  /** Number of LM calls. */
  readonly calls: number;
  /** Tokens that the model read, cached ones included. */
  readonly prompt: number;
  /** Tokens that the model wrote, reasoning included. */
  readonly completion: number;
  /** Prompt and completion tokens. */
  readonly total: number;
  /** Prompt tokens read from the provider's cache. */
  readonly cached?: number;
  /** Completion tokens spent on reasoning. */
  readonly reasoning?: number;
  /** In US dollars; missing if no price is known. */
  readonly cost?: number;
}

/** Tokens by {@link Role}. */
export type TokensByRole = { readonly [R in Role]?: Tokens };

/** Fields that the start and the end of a trial share. */
export interface TrialIdentity {
  /** 0-based position in the run, in order of start. It names the trial's folder. */
  readonly index: number;
  /** Series that the score belongs to: `full`, `minibatch`, `holdout`, or the caller's `metricKey`. `null` while unknown. */
  readonly key: string | null;
  /** 0-based position in that series. `null` while unknown. */
  readonly step: number | null;
  /** `eval_<key>_<step>`; `null` while unknown. */
  readonly name: string | null;
  /** `null` at the start if the batch is not known yet; at the end only if no example was seen. */
  readonly scope: Scope | null;
  /** The optimizer's own name for this evaluation, e.g. `parent minibatch`, `round 2`; `null` if it has none. */
  readonly phase: string | null;
  /** Number of examples in the batch; `null` while unknown. */
  readonly n: number | null;
  /** Size of the set that the scope refers to; `null` if there is none. */
  readonly of: number | null;
  /** The program state under test; `null` if it could not be read. */
  readonly candidate: CandidateData | null;
}

/** Result of an evaluation or trial. */
export interface EvaluationResult {
  /** How it ended. */
  readonly status: Status;
  /** Mean of the examples' scores in the metric's own unit; `null` when nothing was scored. */
  readonly score: number | null;
  /** Mean of each objective of a multi-objective metric. */
  readonly scores?: { readonly [objective: string]: number };
  /** Score that the evaluator itself returned, if it differs from the mean, e.g. a percentage. */
  readonly reportedScore?: number;
  /** Score of each example, in the order of the batch; `null` for an example without a score. */
  readonly exampleScores: readonly (number | null)[];
  /** Number of examples that raised an error. */
  readonly errors: number;
  /** LM calls that were made meanwhile, by role. */
  readonly tokens: TokensByRole;
  /** In milliseconds. */
  readonly durationMs: number;
  /** The error that ended it, if it failed. */
  readonly error?: ErrorData;
}

/** The program that a compile returned, in a form that `loadBest` can load. */
export interface BestProgramData {
  /** Its state. */
  readonly candidate: CandidateData;
  /** Score of that candidate's last full evaluation; `null` if it had none. */
  readonly score: number | null;
  /** `ax-optimized-program`, `ax-ace-program`, `demos` or `state`: how `program` is to be read. */
  readonly format: string;
  /** The serialized program. A secret in it is replaced by a placeholder with its name: `{{AX_SECRET_1}}`. */
  readonly program: Json;
  /** Names of the secrets in `program` and `candidate`, which `loadBest` needs. Missing if there is no placeholder. */
  readonly secrets?: readonly string[];
  /** Paths in `program` that `redact.fn` or a size limit changed, so that it cannot be restored. Missing if there are none. */
  readonly altered?: readonly string[];
}

/** A search's decision on a candidate. */
export interface CandidateDecision {
  /** The candidate that it is about. */
  readonly candidateId: string;
  /** Why it was accepted or rejected, in the optimizer's words. */
  readonly reason: string;
  /** The trial that decided it; `null` if none did. */
  readonly trialId: string | null;
}

/** One check of a certificate. */
export interface CertificateCheck {
  /**
   * `returned`: the returned program has the state of the best trial; `serialized`: its state survives being written and
   * read; `loaded`: a program that loads it has that state; `rendered`: the loaded program sends the same requests.
   */
  readonly name: 'returned' | 'serialized' | 'loaded' | 'rendered';
  /** `null` if it could not be checked; `detail` says why. */
  readonly passed: boolean | null;
  /** The states that were compared, and how they differ. */
  readonly detail: string;
}

/** Certificate of a compile: whether the program that it returned is the one that its best trial scored. */
export interface CertificateData {
  /** State of the returned program; `null` if it could not be read. */
  readonly candidateId: string | null;
  /** The trial whose score the program is claimed to have. */
  readonly trialId: string | null;
  /** `certified`: every check passed; `failed`: one did not; `incomplete`: none failed, but some could not be made. */
  readonly verdict: 'certified' | 'failed' | 'incomplete';
  /** In the order of {@link CertificateCheck.name}. */
  readonly checks: readonly CertificateCheck[];
}
