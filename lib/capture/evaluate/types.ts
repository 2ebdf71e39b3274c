import { AutologError, type ErrorCode } from '../../contract/errors.js';
import type { AxAIService, AxGenOut } from '../ax/index.js';

/**
 * The return value of a metric. A number is a score. `true` scores 1 and `false` 0. An object is a score with feedback,
 * or one number per objective; the score is then their mean.
 */
export type MetricResult =
  | number
  | boolean
  | {
      /** Score in the metric's own unit; `true` counts as 1, `false` as 0. */
      readonly score: number | boolean;
      /** Comment on the prediction, recorded with its score. */
      readonly feedback?: string;
      /** Score per objective. */
      readonly scores?: Readonly<Record<string, number>>;
    }
  | Readonly<Record<string, number>>;

/** A metric, called as ax calls its metric functions. It may be async. */
export type Metric<Example, Prediction> = (call: {
  /** The value that the program returned. */
  readonly prediction: Prediction;
  /** The example from the devset. */
  readonly example: Example;
}) => MetricResult | Promise<MetricResult>;

/** An ax program, another object with `forward(ai, example, options)`, or a function of an example and options. */
export type EvaluableProgram =
  | {
      /** Runs the program on one example. */
      forward(ai: never, example: never, options?: never): unknown;
    }
  | ((example: never, options: never) => unknown);

/** Options of `Evaluate`: those of DSPy's `dspy.Evaluate`, with its defaults. */
export interface EvaluateOptions<Example, Prediction> {
  /** The examples, as an array or another iterable. Required here or in the call of `evaluate`. */
  readonly devset?: Iterable<Example>;
  /** Scores one prediction. Required here or in the call of `evaluate`. */
  readonly metric?: Metric<Example, Prediction>;
  /** Maximum number of examples in flight. Default: 1. */
  readonly numThreads?: number;
  /** Shows the number of finished examples and the mean score on stderr if it is a terminal. Default: false. */
  readonly displayProgress?: boolean;
  /** Prints the results as a table on stdout: all rows, or the first n rows if it is a number. Default: false. */
  readonly displayTable?: boolean | number;
  /** Number of examples that may fail before the evaluation stops. Default: 10, as in DSPy's settings. */
  readonly maxErrors?: number;
  /** Score of a failed example, in the metric's unit. Default: 0. */
  readonly failureScore?: number;
  /** Stops the evaluation when it aborts. `forward` receives a signal that aborts with it. Default: none. */
  readonly abortSignal?: AbortSignal;
}

/** Options of one `evaluate` call. They override the options of the constructor. */
export interface EvaluateCall<Example, Prediction> extends EvaluateOptions<Example, Prediction> {
  /** AI service that is passed to `forward`. */
  readonly ai?: AxAIService;
  /** Name of the score series in which the result is recorded. Default: `eval`; inside a compile, the trial's scope. */
  readonly metricKey?: string;
  /** Further options that are passed to `forward`. Default: none. */
  readonly forwardOptions?: Readonly<Record<string, unknown>>;
}

/** The result of one example. */
export interface EvaluatedExample<Example, Prediction = AxGenOut> {
  /** Position in the devset, from 0. */
  readonly index: number;
  /** The example from the devset. */
  readonly example: Example;
  /** The value that the program returned; `undefined` if it failed. */
  readonly prediction: Prediction | undefined;
  /** Score in the metric's own unit; `failureScore` if the program or the metric failed; the mean of several objectives. */
  readonly score: number;
  /** Score per objective, if the metric returned several. */
  readonly scores?: Readonly<Record<string, number>>;
  /** Feedback of the metric, if it returned some. */
  readonly feedback?: string;
  /** Set if the program or the metric failed; the message names which. `cause` is the thrown value. */
  readonly error?: Error;
  /** Milliseconds that prediction and metric took together. */
  readonly durationMs: number;
}

/** The result of `evaluate`. */
export interface Evaluation<Example, Prediction = AxGenOut> {
  /** Mean score of all examples, in the metric's own unit. (DSPy multiplies by 100.) */
  readonly score: number;
  /** Mean of each objective over the examples that have it. Absent if the metric returned single scores. */
  readonly scores?: Readonly<Record<string, number>>;
  /** Results of all examples, in devset order. */
  readonly results: readonly EvaluatedExample<Example, Prediction>[];
}

/** Thrown by an evaluation that stopped early. Its code is `AXL_EVAL_ABORTED` or `AXL_EVAL_TOO_MANY_ERRORS`. */
export class EvaluationError extends AutologError {
  /** Results of the examples that had finished, in devset order. */
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
