import type { CandidateData, RunKind } from '../contract/events.js';
import type {
  CandidateInput,
  CompileEnding,
  CompileInput,
  DecisionDetails,
  Ending,
  EvaluationEnding,
  EvaluationInput,
  ExampleResult,
  LMCallInput,
  ProposalDetails,
  RunInput,
} from './inputs.js';

export type {
  CandidateInput,
  CompileEnding,
  CompileInput,
  DecisionDetails,
  Ending,
  EvaluationEnding,
  EvaluationInput,
  ExampleResult,
  LMCallInput,
  LMInput,
  LoadableProgram,
  ProgramCheck,
  ProposalDetails,
  ReturnedProgram,
  RunInput,
  StateHash,
} from './inputs.js';

/** An open run. */
export interface RunTracker {
  readonly runId: string;
  readonly name: string;
  readonly kind: RunKind;
  readonly ended: boolean;
  /** Runs `fn` with this run as the current one. */
  within<T>(fn: () => T): T;
  /**
   * Records a metric.
   *
   * @throws AutologError `AXL_BAD_METRIC` if the value is not a number or the step not a whole number, `AXL_BAD_OPTIONS` if
   * the key is empty
   */
  logMetric(key: string, value: number, step?: number): void;
  /** Records a parameter. @throws AutologError `AXL_BAD_OPTIONS` if the key is empty */
  logParam(key: string, value: unknown): void;
  /** Sets a tag. @throws AutologError `AXL_BAD_OPTIONS` if the key is empty or the value is not a string */
  setTag(key: string, value: string): void;
  /** Records a file: text, bytes or JSON. @throws AutologError `AXL_BAD_OPTIONS` if the path is empty or there is no content */
  logArtifact(path: string, content: unknown): void;
  /** Records a message. */
  log(message: string, data?: unknown): void;
  /** Ends the run, as soon as everything in it has ended. Calls after the first one do nothing. */
  end(ending: Ending): void;
}

/** An open compile. */
export interface CompileTracker {
  readonly compileId: string;
  readonly run: RunTracker;
  readonly optimizer: string;
  /** The optimizer object. */
  readonly self: object | undefined;
  /** The compile that this one runs in. */
  readonly parent: CompileTracker | null;
  /** State of the program before the compile. */
  readonly seed: CandidateData | null;
  /** Runs `fn` with this compile as the current one. */
  within<T>(fn: () => T): T;
  /** Opens a trial. */
  startTrial(input: EvaluationInput): EvaluationTracker;
  /** Records a candidate and returns its id (content hash). Proposing the same state again fires nothing. */
  propose(candidate: CandidateInput, details?: ProposalDetails): string;
  /** Records that the search accepted a candidate. */
  accept(candidateId: string, reason: string, details?: DecisionDetails): void;
  /** Records that the search rejected a candidate. */
  reject(candidateId: string, reason: string, details?: DecisionDetails): void;
  /** Returns the last ended trial of a candidate, or `undefined` if there is none. */
  lastTrialOf(candidateId: string): string | undefined;
  /** Records the Pareto front, unless it is the same as the last one. */
  pareto(
    front: readonly { candidateId: string; scores: Readonly<Record<string, number>> }[],
    derived?: readonly string[],
  ): void;
  /** Records progress: how much of `total` is done, in steps of the optimizer. */
  progress(name: string, done: number | null, total: number | null, data?: unknown): void;
  /** Ends the compile and cancels its open trials. Calls after the first one do nothing. */
  end(ending: CompileEnding): void;
}

/** An open trial or evaluation. */
export interface EvaluationTracker {
  /** The `trialId` inside a compile, the `evalId` outside. */
  readonly id: string;
  readonly run: RunTracker;
  readonly compile: CompileTracker | null;
  readonly candidateId: string | null;
  /** Number of examples recorded so far. */
  readonly recorded: number;
  readonly ended: boolean;
  /** Data of the code that opened it. The tracker does not use it. */
  holder?: unknown;
  /** Runs `fn` with this trial as the current one. */
  within<T>(fn: () => T): T;
  /** Records the result of one example. Does nothing after the end. */
  example(result: ExampleResult): void;
  /** Ends the trial. Calls after the first one do nothing. */
  end(ending: EvaluationEnding): void;
}

/** Records runs, compiles, evaluations and LM calls. See tracker.ts. */
export interface Tracker {
  /** Whether tracking is on: a sink is registered or autolog is on, and tracking is not disabled. */
  readonly on: boolean;
  /** Whether compiles of ax's own optimizers are tracked: `logCompiles` of autolog. */
  readonly logsCompiles: boolean;
  /** Whether `Evaluate` and ax's own evaluators are tracked: `logEvals` of autolog. */
  readonly logsEvals: boolean;
  /** Opens a run. */
  startRun(input: RunInput): RunTracker;
  /** Opens a compile in the current run, or in a new run that ends with it. */
  startCompile(input: CompileInput): CompileTracker;
  /** Opens a trial in the current compile, or an evaluation in the current run or in a new run that ends with it. */
  startEvaluation(input: EvaluationInput): EvaluationTracker;
  /** Records an LM call in the current frame. Does nothing outside every run. */
  lmCall(call: LMCallInput): void;
  /** Reports a problem of ax-autolog itself by `onWarning`. The run continues. */
  warn(code: string, message: string, data?: unknown): void;
}
