import { AutologError, type ErrorCode } from '../../contract/errors.js';
import type { AxAIService, AxGenOut } from '../ax/index.js';

/** What a metric may return: a score, passed or not, a score with feedback, or one score per objective. */
export type MetricResult =
  | number
  | boolean
  | { readonly score: number | boolean; readonly feedback?: string; readonly scores?: Readonly<Record<string, number>> }
  | Readonly<Record<string, number>>;

/** A metric, called as ax calls its metric functions. */
export type Metric<Example, Prediction> = (call: {
  readonly prediction: Prediction;
  readonly example: Example;
}) => MetricResult | Promise<MetricResult>;

/** An ax program, anything else with `forward(ai, example, options)`, or a function of an example. */
export type EvaluableProgram =
  | { forward(ai: never, example: never, options?: never): unknown }
  | ((example: never, options: never) => unknown);

/** Options of `Evaluate`: those of DSPy's `dspy.Evaluate`, with its defaults. */
export interface EvaluateOptions<Example, Prediction> {
  /** The examples. Any iterable; may also be given to `evaluate`. */
  readonly devset?: Iterable<Example>;
  /** Scores one prediction. May also be given to `evaluate`. */
  readonly metric?: Metric<Example, Prediction>;
  /** How many examples are in flight at most. Default 1. */
  readonly numThreads?: number;
  /** Shows examples done and mean score on stderr, when that is a terminal. Default false. */
  readonly displayProgress?: boolean;
  /** Prints the results as a table on stdout: all, or that many rows. Default false. */
  readonly displayTable?: boolean | number;
  /** How many examples may fail before the evaluation is given up. Default 10, as DSPy's settings have it. */
  readonly maxErrors?: number;
  /** Score of an example that failed. Default 0. */
  readonly failureScore?: number;
  /** Ends the evaluation early; also handed to `forward`. */
  readonly abortSignal?: AbortSignal;
}

/** Options of one `evaluate` call; what is given here goes before what the evaluator was made with. */
export interface EvaluateCall<Example, Prediction> extends EvaluateOptions<Example, Prediction> {
  /** The AI service that `forward` gets. */
  readonly ai?: AxAIService;
  /** Name of the score series it is recorded in. Default: `eval`, inside a compile the scope of the trial. */
  readonly metricKey?: string;
  /** Options that `forward` gets as well. */
  readonly forwardOptions?: Readonly<Record<string, unknown>>;
}

/** What became of one example. */
export interface EvaluatedExample<Example, Prediction = AxGenOut> {
  /** 0-based position in the devset. */
  readonly index: number;
  readonly example: Example;
  /** What the program returned; `undefined` where it failed. */
  readonly prediction: Prediction | undefined;
  /** In the metric's own unit; `failureScore` where program or metric failed. Mean of the objectives, if several. */
  readonly score: number;
  readonly scores?: Readonly<Record<string, number>>;
  readonly feedback?: string;
  /** Says whether program or metric failed; its `cause` is what was thrown. */
  readonly error?: Error;
  readonly durationMs: number;
}

/** What `evaluate` resolves to. */
export interface Evaluation<Example, Prediction = AxGenOut> {
  /** Mean of the examples' scores, in the metric's own unit (DSPy: times 100). */
  readonly score: number;
  /** Mean of each objective over the examples that have it. */
  readonly scores?: Readonly<Record<string, number>>;
  /** In order of the devset. */
  readonly results: readonly EvaluatedExample<Example, Prediction>[];
}

/** An evaluation that was given up: `AXL_EVAL_ABORTED` or `AXL_EVAL_TOO_MANY_ERRORS`. */
export class EvaluationError extends AutologError {
  /** The examples that were done by then, in order of the devset. */
  readonly results: readonly EvaluatedExample<unknown, unknown>[];

  constructor(
    code: ErrorCode,
    message: string,
    results: readonly EvaluatedExample<unknown, unknown>[],
    cause: unknown,
  ) {
    super(code, message, { cause });
    this.name = 'EvaluationError';
    this.results = results;
  }
}
