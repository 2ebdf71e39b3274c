import { AutologError } from '../../contract/errors.js';
import { currentFrame, runUntracked } from '../../track/context.js';
import { tracker } from '../../track/tracker.js';
import { type AxGenOut, traceProgram } from '../ax/index.js';
import { exampleListener } from '../decorators/evaluation.js';
import { tracking } from '../decorators/index.js';
import type { TrackClassOrMethod } from '../decorators/types.js';
import { kindOf } from '../inspect.js';
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

/** Tracked where autolog logs evaluations, and inside a tracked compile, whose trials it would otherwise lack. */
const tracked = tracking('trackEval', [{ label: 'Evaluate' }], () => {
  return tracker.logsEvals || currentFrame().compile !== null;
}) as TrackClassOrMethod<unknown>;

type Callable = (...args: readonly unknown[]) => unknown;

/**
 * Evaluates programs on a devset, as `dspy.Evaluate` does: in parallel, with ordered results and per-example errors.
 *
 * A score is in the metric's own unit. It is tracked with `autolog({ logEvals: true })`, inside a tracked compile (as a
 * trial), and in a subclass decorated with `@trackEval`.
 *
 * @throws AutologError `AXL_BAD_OPTIONS`, `AXL_EVAL_DEVSET`, `AXL_EVAL_METRIC`
 *
 * @example
 * const evaluator = new Evaluate({ devset, metric: ({ prediction, example }) => prediction.answer === example.answer });
 * const { score, results } = await evaluator.evaluate(program, { ai, numThreads: 8 });
 */
@tracked
export class Evaluate<Example = AxGenOut, Prediction = AxGenOut> {
  readonly devset: readonly Example[] | undefined;
  readonly metric: Metric<Example, Prediction> | undefined;
  readonly numThreads: number;
  readonly displayProgress: boolean;
  readonly displayTable: boolean | number;
  readonly maxErrors: number;
  readonly failureScore: number;
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
   * Runs the program on every example and scores it. The program gets the example itself as its input.
   *
   * @throws AutologError `AXL_EVAL_DEVSET`, `AXL_EVAL_METRIC`, `AXL_BAD_OPTIONS`
   * @throws EvaluationError `AXL_EVAL_TOO_MANY_ERRORS` once more than `maxErrors` examples failed, `AXL_EVAL_ABORTED`
   * as soon as the signal says so: both carry the results so far, and start nothing new
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
      done: exampleListener(this),
    };
    const run = () => runJob<Example, Prediction>(job);
    const isTracked = !tracker.on || currentFrame().evaluation !== null;
    const evaluation = await (isTracked ? run() : runUntracked('evaluation', run));
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
      `evaluate came with ${kindOf(program)}; expected a program with forward(ai, example), or a function of an example`,
    );
  }
  return (example, abortSignal) => {
    const run = () =>
      (program as { readonly forward: Callable }).forward(ai, example, { ...forwardOptions, abortSignal });
    return traceProgram(program, example, run);
  };
}
