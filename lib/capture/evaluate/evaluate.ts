import { AutologError } from '../../contract/errors.js';
import { received } from '../../support/received.js';
import { currentFrame, runUntracked } from '../../track/context.js';
import { tracker } from '../../track/tracker.js';
import { type AxGenOut, traceProgram } from '../ax/index.js';
import { exampleListener } from '../decorators/evaluation.js';
import { tracking } from '../decorators/index.js';
import type { TrackClassOrMethod } from '../decorators/types.js';
import { printTable } from './display.js';
import { checkMetric, checkNames, devsetOf, listOf, metricOf, switchesOf } from './options.js';
import { runJob } from './run.js';
import type { EvaluableProgram, EvaluateCall, EvaluateOptions, Evaluation, Metric } from './types.js';

export {
  type EvaluableProgram,
  type EvaluateCall,
  type EvaluatedExample,
  type EvaluateOptions,
  type Evaluation,
  EvaluationError,
  type Metric,
  type MetricResult,
} from './types.js';

/** Tracks `Evaluate` if autolog logs evaluations, and inside each tracked compile, which would lack its trials otherwise. */
const tracked = tracking('trackEval', [{ label: 'Evaluate' }], () => {
  return tracker.logsEvals || currentFrame().compile !== null;
}) as TrackClassOrMethod<unknown>;

type Callable = (...args: readonly unknown[]) => unknown;

/**
 * Evaluates programs on a devset, as `dspy.Evaluate` does: in parallel, with ordered results and per-example errors.
 *
 * Scores are in the metric's own unit. Evaluations are tracked with `autolog({ logEvals: true })`, inside a tracked
 * compile (as a trial), and in subclasses decorated with `@trackEval`.
 *
 * @throws AutologError by the constructor: `AXL_BAD_OPTIONS` for an unknown option or a wrong type, `AXL_EVAL_DEVSET` if
 * the devset is not iterable, `AXL_EVAL_METRIC` if the metric is not a function
 *
 * @example
 * const evaluator = new Evaluate({ devset, metric: ({ prediction, example }) => prediction.answer === example.answer });
 * const { score, results } = await evaluator.evaluate(program, { ai, numThreads: 8 });
 */
@tracked
export class Evaluate<Example = AxGenOut, Prediction = AxGenOut> {
  /** The examples; `undefined` if each call of `evaluate` passes its own. */
  readonly devset: readonly Example[] | undefined;
  /** The metric; `undefined` if each call of `evaluate` passes its own. */
  readonly metric: Metric<Example, Prediction> | undefined;
  /** Maximum number of examples in flight. Default: 1. */
  readonly numThreads: number;
  /** Whether progress is shown on stderr if it is a terminal. Default: false. */
  readonly displayProgress: boolean;
  /** Whether the results are printed as a table on stdout, or the number of rows to print. Default: false. */
  readonly displayTable: boolean | number;
  /** Number of examples that may fail before the evaluation stops. Default: 10. */
  readonly maxErrors: number;
  /** Score of a failed example, in the metric's unit. Default: 0. */
  readonly failureScore: number;
  /** Signal that stops evaluations; `undefined` if there is none. */
  readonly abortSignal: AbortSignal | undefined;

  constructor(options: EvaluateOptions<Example, Prediction> = {}) {
    checkNames('new Evaluate', options);
    checkMetric(options.metric);
    const switches = switchesOf(options);
    this.devset = listOf(options.devset);
    this.metric = options.metric;
    this.numThreads = switches.numThreads;
    this.displayProgress = switches.displayProgress;
    this.displayTable = switches.displayTable;
    this.maxErrors = switches.maxErrors;
    this.failureScore = switches.failureScore;
    this.abortSignal = switches.abortSignal;
  }

  /**
   * Runs the program on every example and scores its predictions. The program receives the example itself as its input.
   *
   * @throws AutologError `AXL_EVAL_DEVSET` if the devset is missing, empty or not iterable, `AXL_EVAL_METRIC` if the metric
   * is missing or not a function, `AXL_BAD_OPTIONS` for an unknown option or a wrong type
   * @throws EvaluationError `AXL_EVAL_TOO_MANY_ERRORS` when more than `maxErrors` examples have failed, `AXL_EVAL_ABORTED`
   * when the signal aborts. It carries the results so far; no further example starts.
   */
  async evaluate(
    program: EvaluableProgram,
    call: EvaluateCall<Example, Prediction> = {},
  ): Promise<Evaluation<Example, Prediction>> {
    checkNames('evaluate', call);
    const switches = switchesOf(call, this);
    const job = {
      devset: call.devset === undefined ? devsetOf(this.devset) : devsetOf(call.devset),
      metric: metricOf(call, this.metric),
      switches,
      predict: predictor(program, call),
      onExample: exampleListener(this),
    };
    const run = () => runJob<Example, Prediction>(job);
    const isUntracked = tracker.on && currentFrame().evaluation === null;
    const evaluation = await (isUntracked ? runUntracked('evaluation', run) : run());
    printTable(evaluation.results, switches.displayTable);
    return evaluation;
  }
}

function predictor(
  program: EvaluableProgram,
  { ai, forwardOptions }: Pick<EvaluateCall<never, never>, 'ai' | 'forwardOptions'>,
): (example: unknown, signal: AbortSignal) => unknown {
  if (typeof program === 'function') {
    return (example, abortSignal) =>
      traceProgram(program, example, () => (program as Callable)(example, { ...forwardOptions, ai, abortSignal }));
  }
  const forward: unknown = program?.forward;
  if (typeof forward !== 'function') {
    throw new AutologError(
      'AXL_BAD_OPTIONS',
      `the program must be an object with forward(ai, example) or a function of an example, got ${received(program)}.`,
    );
  }
  return (example, abortSignal) => {
    const run = () =>
      (program as { readonly forward: Callable }).forward(ai, example, { ...forwardOptions, abortSignal });
    return traceProgram(program, example, run);
  };
}
