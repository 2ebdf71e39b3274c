import type {
  BestProgramData,
  CandidateData,
  CertificateCheck,
  Json,
  Role,
  RunKind,
  Scope,
  Status,
} from '../contract/events.js';
import type { CountedCall } from '../contract/tokens.js';

/**
 * The data that decorators and the instrumentation of ax pass to the tracker. Values of type `unknown` belong to the user:
 * the tracker takes redacted snapshots of them and never keeps or changes the values themselves.
 *
 * Fields named `derived` list the fields of the event that were worked out instead of given.
 */

/** How a run, compile, trial or evaluation ended. */
export interface Ending {
  readonly status: Status;
  /** The value that was thrown, itself and not a copy. */
  readonly error?: unknown;
}

/** A candidate without its id. */
export interface CandidateInput {
  /** Texts by component key. */
  readonly texts?: Readonly<Record<string, string>>;
  /** Demonstrations in the format of the program. */
  readonly demos?: readonly unknown[];
  /** Settings of the model, such as the temperature. */
  readonly modelConfig?: Readonly<Record<string, unknown>>;
  /** State in another format, for programs that are not made of texts and demonstrations. */
  readonly state?: unknown;
  /** Ids of the candidates that this one was made from. */
  readonly parents?: readonly string[];
}

/** A language model, before redaction. */
export interface LMInput {
  readonly name: string;
  readonly provider: string;
  readonly model: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Input of `tracker.startRun`. */
export interface RunInput {
  /** Default: the kind. */
  readonly name?: string;
  readonly kind: RunKind;
  readonly tags?: Readonly<Record<string, string>>;
  readonly params?: Readonly<Record<string, unknown>>;
  /** Id of an existing run of another system, such as an MLflow run, to write to. */
  readonly externalRunId?: string;
}

/** Input of `tracker.startCompile`. */
export interface CompileInput {
  readonly optimizer: string;
  readonly method: string;
  /** The optimizer object. A `super.compile` on the same object in the same frame is not a second compile. */
  readonly self?: object;
  readonly hyperparameters?: Readonly<Record<string, unknown>>;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly lms?: readonly LMInput[];
  readonly trainset?: readonly unknown[];
  readonly valset?: readonly unknown[];
  /** Name of the training set. */
  readonly datasetName?: string;
  /** State of the program before the compile. */
  readonly seed?: CandidateInput;
  /** Name of the metric. */
  readonly metric?: string;
  readonly derived?: readonly string[];
}

/** How a compile ended. */
export interface CompileEnding extends Ending {
  /** The program that the compile returned. */
  readonly best?: Pick<BestProgramData, 'format' | 'program'> & { readonly candidate: CandidateInput };
  /** The best score, as the optimizer reported it. */
  readonly reportedScore?: number;
  /** Other results, such as statistics of the optimizer. */
  readonly result?: Readonly<Record<string, unknown>>;
  readonly derived?: readonly string[];
  /** The returned program, for its certificate. */
  readonly returned?: ReturnedProgram;
}

/** The returned program as it was when the compile ended. */
export interface ReturnedProgram {
  /** State of a fresh program that the result was applied to; `undefined` if the result is a program itself. */
  readonly applied?: CandidateInput;
  /** Loads and renders the program, or the reason why that is not possible. */
  readonly check: ProgramCheck | string;
}

/** A saved program with its secrets in place. */
export interface LoadableProgram {
  readonly format: string;
  readonly program: Json;
  /** Names of the secrets that have to be given to load it. */
  readonly secrets: readonly string[];
}

/** Returns the id that a program state has as a candidate: its content hash. */
export type StateHash = (state: CandidateInput) => string;

/**
 * Loads the saved program into a fresh one and compares the requests of both, for `loaded` and `rendered` of a certificate.
 * It received the returned program when the compile ended, and reads none of the user's objects later.
 *
 * @param saved the program as `loadBest` restores it
 * @param returned state of the returned program, with its secrets in place
 * @param recorded state that the best trial recorded, to be rendered as well; `null` if that is not necessary
 */
export type ProgramCheck = (
  saved: LoadableProgram,
  returned: CandidateData,
  recorded: CandidateData | null,
  idOf: StateHash,
) => Promise<readonly CertificateCheck[]>;

/** Details of `propose`. */
export interface ProposalDetails {
  /** Ids of the candidates that this one was made from. */
  readonly parents?: readonly string[];
  /** The data that led to the proposal, such as feedback. */
  readonly evidence?: unknown;
  /** The part of the optimizer that proposed it. Default: `user`. */
  readonly by?: string;
  readonly derived?: readonly string[];
}

/** Details of `accept` and `reject`. */
export interface DecisionDetails {
  /** The trial that the decision is based on. */
  readonly trialId?: string;
  readonly derived?: readonly string[];
}

/** Input of a trial (inside a compile) or an evaluation (outside a compile). */
export interface EvaluationInput {
  /** Label of the evaluator. */
  readonly evaluator?: string;
  readonly candidate?: CandidateInput;
  /** The examples, if they are known before the first LM call. */
  readonly batch?: readonly unknown[];
  /** The scope, if the optimizer knows it. Default: derived from the batch and the compile's datasets. */
  readonly scope?: Scope;
  /** Part of the search that the trial belongs to. */
  readonly phase?: string;
  /** Overrides the series name. */
  readonly metricKey?: string;
  /** Number of examples. Default: the length of the batch. */
  readonly n?: number;
  /** Size of the dataset that the batch was drawn from. Default: derived from the compile's datasets. */
  readonly of?: number;
  readonly hyperparameters?: Readonly<Record<string, unknown>>;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly lms?: readonly LMInput[];
  /** Name of the metric. */
  readonly metric?: string;
  readonly derived?: readonly string[];
}

/** The result of one example. */
export interface ExampleResult {
  /** 0-based position in the batch. Default: the next free one. Recording an index again fires nothing. */
  readonly index?: number;
  /** The example, as the dataset has it. */
  readonly example: unknown;
  /** A copy of the example to record, if the caller may have changed `example` since the program ran on it. */
  readonly exampleCopy?: unknown;
  /** The program's prediction. Default: `null`. */
  readonly prediction?: unknown;
  /** The metric's score; `null` or `undefined` if it returned none. */
  readonly score?: number | null;
  /** Scores by objective. */
  readonly scores?: Readonly<Record<string, number>>;
  /** The metric's feedback as text. */
  readonly feedback?: string;
  /** The value that was thrown, itself and not a copy. */
  readonly error?: unknown;
  /** Time that the program took, in milliseconds. */
  readonly durationMs?: number;
  /** Id of the trace of the program's call. */
  readonly traceId?: string;
  /** Names of the fields that were worked out instead of given. */
  readonly derived?: readonly string[];
}

/** How an evaluation ended. */
export interface EvaluationEnding extends Ending {
  /** The score that the evaluator reported. It becomes the score only if no example was scored. */
  readonly score?: number;
  /** Scores by objective, used only if no example had any. */
  readonly scores?: Readonly<Record<string, number>>;
  readonly derived?: readonly string[];
}

/** One LM call. It belongs to the current frame. */
export interface LMCallInput extends CountedCall {
  /** Default: the role of the current frame. */
  readonly role?: Role;
  readonly operation: string;
  readonly provider: string;
  readonly model: string;
  readonly cached?: boolean;
  readonly durationMs?: number;
  readonly error?: unknown;
}
