/** The values that events are made of: candidates, datasets, scores, tokens, errors. All JSON-safe and deep-frozen. */

/** Anything JSON can hold. Non-JSON values (BigInt, Map, Date, …) have been written in their JSON form by the snapshot. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A plain JSON object. */
export type JsonObject = { readonly [key: string]: Json };

/** How a run, compile, evaluation, trial or trace ended. */
export type Status = 'finished' | 'failed' | 'cancelled';

/**
 * What a run is. `predictions` is no run of the user's: it holds the traces of program calls outside of every compile,
 * evaluation and run, one for each process.
 */
export type RunKind = 'compile' | 'eval' | 'user' | 'predictions';

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
  /** All that was read, cached or not. */
  readonly prompt: number;
  /** All that was written, reasoning included. */
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
  /** `null` at the start where nobody can know yet; at the end only where no example was ever seen. */
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

/** One thing that a certificate holds. */
export interface CertificateCheck {
  /**
   * `returned`: the returned program has the state of the best trial; `serialized`: its state survives being written and
   * read; `loaded`: a program that loads it has that state; `rendered`: the loaded program sends the same requests.
   */
  readonly name: 'returned' | 'serialized' | 'loaded' | 'rendered';
  /** `null` where it could not be checked; `detail` says why. */
  readonly passed: boolean | null;
  /** What was compared; where it differs, what differs. */
  readonly detail: string;
}

/** Whether the program that a compile returned is the one that its best trial scored. */
export interface CertificateData {
  /** State of the returned program; `null` where it could not be read. */
  readonly candidateId: string | null;
  /** The trial whose score it is said to have. */
  readonly trialId: string | null;
  /** `certified`: every check passed; `failed`: one did not; `incomplete`: none failed, but some could not be made. */
  readonly verdict: 'certified' | 'failed' | 'incomplete';
  readonly checks: readonly CertificateCheck[];
}
