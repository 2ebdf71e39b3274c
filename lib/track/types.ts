import type {
  BestProgramData,
  CandidateData,
  CertificateCheck,
  ErrorData,
  Json,
  JsonObject,
  LMData,
  Role,
  RunKind,
  Scope,
  Status,
} from '../contract/events.js';
import type { CountedCall } from '../contract/tokens.js';

/**
 * The tracker's side of decorators and of ax's instrumentation. Values typed `unknown` are the user's own: they are
 * snapshotted and redacted by the tracker and never kept or changed.
 */

/** How something ended. `error` is the very object that was thrown. */
export interface Ending {
  readonly status: Status;
  readonly error?: unknown;
}

/** A candidate as handed to the tracker, before it has an id. */
export interface CandidateInput {
  readonly texts?: Readonly<Record<string, string>>;
  readonly demos?: readonly unknown[];
  readonly modelConfig?: Readonly<Record<string, unknown>>;
  readonly state?: unknown;
  readonly parents?: readonly string[];
}

/** One LM, before redaction. */
export interface LMInput {
  readonly name: string;
  readonly provider: string;
  readonly model: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** What opens a run. */
export interface RunInput {
  readonly name?: string;
  readonly kind: RunKind;
  readonly tags?: Readonly<Record<string, string>>;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly externalRunId?: string;
}

/** A run that is going on. */
export interface RunTracker {
  readonly runId: string;
  readonly name: string;
  readonly kind: RunKind;
  readonly ended: boolean;
  /** Runs `fn` with this run as the active one. */
  within<T>(fn: () => T): T;
  logMetric(key: string, value: number, step?: number): void;
  logParam(key: string, value: unknown): void;
  setTag(key: string, value: string): void;
  logArtifact(path: string, content: unknown): void;
  log(message: string, data?: unknown): void;
  end(ending: Ending): void;
}

/** What opens a compile. */
export interface CompileInput {
  readonly optimizer: string;
  readonly method: string;
  /** The optimizer object: a `super.compile` on the same object in the same frame is not a second compile. */
  readonly self?: object;
  readonly hyperparameters?: Readonly<Record<string, unknown>>;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly lms?: readonly LMInput[];
  readonly trainset?: readonly unknown[];
  readonly valset?: readonly unknown[];
  readonly datasetName?: string;
  readonly seed?: CandidateInput;
  readonly metric?: string;
  readonly derived?: readonly string[];
}

/** How a compile ended. */
export interface CompileEnding extends Ending {
  readonly best?: Omit<BestProgramData, 'candidate' | 'score'> & { readonly candidate: CandidateInput };
  readonly reportedScore?: number;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly derived?: readonly string[];
  /** What was returned, for its certificate. */
  readonly returned?: ReturnedProgram;
}

/** The returned program as it was when the compile ended. */
export interface ReturnedProgram {
  /** State of a fresh program that it was put into; left out where it is a program itself. */
  readonly applied?: CandidateInput;
  /** Loads and renders it; where that cannot be done, why. */
  readonly check: ProgramCheck | string;
}

/** Content hash of a program state: the id that it has as a candidate. */
export type StateHash = (state: CandidateInput) => string;

/**
 * Loads a saved program into a fresh one and compares the requests of both: `loaded` and `rendered` of a certificate. It
 * was given the returned program when the compile ended, and looks at nothing of the user's any more.
 *
 * @param saved the program as it is kept
 * @param returned state of the returned program
 * @param recorded state that the best trial recorded, where it is to be rendered too
 */
export type ProgramCheck = (
  saved: { readonly format: string; readonly program: Json },
  returned: CandidateData,
  recorded: CandidateData | null,
  idOf: StateHash,
) => Promise<readonly CertificateCheck[]>;

/** A compile that is going on. */
export interface CompileTracker {
  readonly compileId: string;
  readonly run: RunTracker;
  readonly optimizer: string;
  readonly self: object | undefined;
  readonly parent: CompileTracker | null;
  readonly seed: CandidateData | null;
  /** Runs `fn` with this compile as the active one. */
  within<T>(fn: () => T): T;
  startTrial(input: EvaluationInput): EvaluationTracker;
  /** Records a candidate and returns its id (content hash). Proposing the same state again fires nothing. */
  propose(
    candidate: CandidateInput,
    about?: {
      readonly parents?: readonly string[];
      readonly evidence?: unknown;
      readonly by?: string;
      readonly derived?: readonly string[];
    },
  ): string;
  accept(candidateId: string, reason: string, about?: { trialId?: string; derived?: readonly string[] }): void;
  reject(candidateId: string, reason: string, about?: { trialId?: string; derived?: readonly string[] }): void;
  /** The trial that ran this candidate last, of those that have ended. */
  lastTrialOf(candidateId: string): string | undefined;
  /** Records the Pareto front, when it differs from the last one. */
  pareto(
    front: readonly { candidateId: string; scores: Readonly<Record<string, number>> }[],
    derived?: readonly string[],
  ): void;
  progress(name: string, done: number | null, total: number | null, data?: unknown): void;
  end(ending: CompileEnding): void;
}

/** What opens a trial (inside a compile) or an evaluation (outside of one). */
export interface EvaluationInput {
  /** Label of the evaluator. */
  readonly evaluator?: string;
  readonly candidate?: CandidateInput;
  /** The examples, where they are known before the first LM call. */
  readonly batch?: readonly unknown[];
  /** Known by the optimizer; left out, it is worked out from the batch and the compile's datasets. */
  readonly scope?: Scope;
  readonly phase?: string;
  /** Overrides the series name. */
  readonly metricKey?: string;
  readonly n?: number;
  readonly of?: number;
  readonly hyperparameters?: Readonly<Record<string, unknown>>;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly lms?: readonly LMInput[];
  readonly metric?: string;
  readonly derived?: readonly string[];
}

/** What became of one example. */
export interface ExampleResult {
  /** 0-based position in the batch; left out, the next free one. An index reported twice fires one `onExampleEnd`. */
  readonly index?: number;
  readonly example: unknown;
  /** A copy of the example from when it was seen, where it is reported later: the caller may have used the object again. */
  readonly seenAs?: unknown;
  readonly prediction?: unknown;
  readonly score?: number | null;
  readonly scores?: Readonly<Record<string, number>>;
  readonly feedback?: string;
  readonly error?: unknown;
  readonly durationMs?: number;
  readonly traceId?: string;
  readonly derived?: readonly string[];
}

/** How an evaluation ended. `score` is only used when no example was scored. */
export interface EvaluationEnding extends Ending {
  readonly score?: number;
  readonly scores?: Readonly<Record<string, number>>;
  readonly derived?: readonly string[];
}

/** A trial or evaluation that is going on. */
export interface EvaluationTracker {
  /** `trialId` inside a compile, `evalId` outside. */
  readonly id: string;
  readonly run: RunTracker;
  readonly compile: CompileTracker | null;
  readonly candidateId: string | null;
  /** Number of examples recorded so far. */
  readonly recorded: number;
  readonly ended: boolean;
  /** A place for whoever opened it to keep what belongs to it; the tracker does not look at it. */
  holder?: unknown;
  /** Runs `fn` with this trial as the active one. */
  within<T>(fn: () => T): T;
  /** Records one example's result. */
  example(result: ExampleResult): void;
  end(ending: EvaluationEnding): void;
}

/** One LM call as the instrumentation saw it. It belongs to the current session frame. */
export interface LMCallInput extends CountedCall {
  readonly role?: Role;
  readonly operation: string;
  readonly provider: string;
  readonly model: string;
  readonly cached?: boolean;
  readonly durationMs?: number;
  readonly error?: unknown;
}

/** What decorators and instrumentation talk to: see tracker.ts. */
export interface Tracker {
  /** True when somebody listens: a sink is registered or autolog is on, and tracking is not disabled. */
  readonly on: boolean;
  /** `logCompiles` of autolog, for ax's own optimizers. */
  readonly logsCompiles: boolean;
  /** `logEvals` of autolog, for `Evaluate` and ax's own evaluators. */
  readonly logsEvals: boolean;
  startRun(input: RunInput): RunTracker;
  /** Opens a compile in the current run, or in a new run of its own. */
  startCompile(input: CompileInput): CompileTracker;
  /** Opens a trial inside the current compile, else an evaluation in the current run or in a new run of its own. */
  startEvaluation(input: EvaluationInput): EvaluationTracker;
  lmCall(call: LMCallInput): void;
  /** Reports a problem of ax-autolog itself by `onWarning`; the run goes on. */
  warn(code: string, message: string, data?: unknown): void;
}

export type { CandidateData, ErrorData, JsonObject, LMData };
