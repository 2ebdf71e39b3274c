import { brandCheck, shared } from '../../support/shared-state.js';
import { snapshot } from '../../support/snapshot/snapshot.js';
import { currentFrame } from '../../track/context.js';
import type { EvaluationInput, ExampleResult } from '../../track/types.js';
import { type FinishedForward, instrumentProgram, watchForwards } from '../ax/index.js';
import { isEvaluating, OpenEvaluation, type ReadResult } from '../evaluation-call.js';
import { guard } from '../observe/guard.js';
import { type Callable, functionName, isFunction, isObject, isPlainObject, ownValue } from '../observe/inspect.js';
import { candidateOf } from './candidate.js';
import { ExampleLog } from './examples.js';
import { callLabel, lmsOf, plainOptions } from './inputs.js';
import { hyperparametersOf } from './metadata.js';
import type { AnyOptions, Plan } from './options.js';
import { readResult } from './results.js';
import { Signature } from './roles.js';
import { watchMetric } from './watch-metric.js';
import type { Opener } from './wrap.js';

/** Returns the opener of one evaluating method: each call is a trial inside a compile, and an evaluation outside. */
export function evaluationOpener(plan: Plan, method: string, fn: Callable): Opener {
  const signature = new Signature(fn, plan.sources);
  return (self, args) => {
    const frame = currentFrame();
    if (isEvaluating(frame) || plan.when?.() === false) return null;
    const call: Call = { plan, method, signature, self, args, batch: undefined, program: undefined };
    guard('reading the arguments', () => readArguments(call));
    const input: Writable<EvaluationInput> = {};
    guard('describing the candidate', () => describeCandidate(call, input));
    return new TrackedEvaluation(frame.compile ? input : { ...input, ...describeSetting(call) }, call);
  };
}

interface Call {
  readonly plan: Plan;
  readonly method: string;
  readonly signature: Signature;
  readonly self: unknown;
  readonly args: readonly unknown[];
  batch: readonly unknown[] | undefined;
  program: unknown;
}

function readArguments(call: Call): void {
  const { plan, signature, args, self } = call;
  const isTrial = plan.kind === 'trackTrial';
  call.batch = signature.examples(isTrial ? 'batch' : 'devset', args, self);
  call.program = signature.find(isTrial ? 'candidate' : 'program', args, self);
  // Plain data is no program.
  if (!isPlainObject(call.program) || isFunction(call.program.forward)) instrumentProgram(call.program);
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

function describeCandidate({ plan, signature, args, batch, program }: Call, input: Writable<EvaluationInput>): void {
  const metricKey = metricKeyOf(plan.options, signature.options(args));
  if (metricKey !== undefined) input.metricKey = metricKey;
  if (plan.options.phase !== undefined) input.phase = plan.options.phase;
  if (batch !== undefined) input.batch = batch;
  const candidate = candidateOf(program);
  if (candidate !== undefined) input.candidate = candidate;
}

/** Describes the setting of an evaluation outside a compile. The setting of a trial is that of its compile. */
function describeSetting({ plan, method, signature, self, args, batch, program }: Call): EvaluationInput {
  const metric = guard('finding the metric', () => functionName(signature.find('metric', args, self)));
  const options = guard('reading the options', () => plainOptions(signature.options(args), [program, batch]));
  const hyperparameters = guard('reading the hyperparameters', () => hyperparametersOf(self));
  const lms = guard('describing the AI services', () => lmsOf(signature, args, self));
  return {
    evaluator: callLabel(plan.options.label, self, method),
    ...(hyperparameters ? { hyperparameters } : {}),
    ...(options ? { options } : {}),
    ...(lms ? { lms } : {}),
    ...(metric === undefined ? {} : { metric }),
  };
}

/** Returns the series name: `metricKey` of the call, DSPy's `callback_metadata: { metric_key }`, or the decorator's. */
function metricKeyOf(options: AnyOptions, passed: Readonly<Record<string, unknown>> | undefined): string | undefined {
  if (passed === undefined) return options.metricKey;
  const metadata = ownValue(passed, 'callbackMetadata') ?? ownValue(passed, 'callback_metadata');
  const fromMetadata = isPlainObject(metadata) ? (metadata.metricKey ?? metadata.metric_key) : undefined;
  const key = ownValue(passed, 'metricKey') ?? fromMetadata ?? options.metricKey;
  return typeof key === 'string' && key !== '' ? key : undefined;
}

const EVALUATION = Symbol.for('ax-autolog.evaluation');
/** Recognizes a tracked evaluation, also one that another copy of the package made. */
const isTrackedEvaluation = brandCheck<TrackedEvaluation>(EVALUATION);

class TrackedEvaluation extends OpenEvaluation implements ForwardListener {
  readonly [EVALUATION] = true;
  readonly args?: readonly unknown[];
  readonly call: Call;
  #log: ExampleLog | undefined;

  constructor(input: EvaluationInput, call: Call) {
    super(input);
    this.call = call;
    this.tracker.holder = this;
    if (!forwards.watched) followForwards(listenerIn);
    if (!call.plan.options.watchMetric) return;
    const args = guard('wrapping the metric', () =>
      watchMetric(call.signature, call.args, (result) => {
        if (this.isOpen) this.log.record(result);
      }),
    );
    if (args) this.args = args;
  }

  /** Made when the first example is seen: most trials return their results, or none. */
  get log(): ExampleLog {
    this.#log ??= new ExampleLog(this.tracker, this.call.batch);
    return this.#log;
  }

  protected override read(value: unknown): ReadResult {
    return readResult(value, this.call.plan.options);
  }

  protected override close(rows: ReadResult['rows']): void {
    if (rows !== undefined || this.#log !== undefined) this.log.close(rows);
  }

  /** Keeps a run of the evaluated program as an example. Runs of other programs, such as a judge's, are skipped. */
  forward(run: FinishedForward): void {
    const { program } = this.call;
    const isProgram = isObject(program) && isFunction(program.forward);
    if (isProgram && run.program !== program) return;
    this.log.keep({
      example: run.input,
      exampleCopy: snapshot(run.input),
      ...(run.failed ? { error: run.error } : { prediction: run.output }),
      durationMs: run.durationMs,
      ...(run.traceId === undefined ? {} : { traceId: run.traceId }),
      derived: ['example', 'index'],
    });
  }
}

function listenerIn(holder: unknown): TrackedEvaluation | undefined {
  return isTrackedEvaluation(holder) ? holder : undefined;
}

/**
 * Returns the function to which `Evaluate` reports each finished example. Examples go to the evaluation that was opened for
 * it; inside another trial, they go to that trial, which uses them if its method returns no results.
 *
 * @returns `undefined` if no tracked evaluation runs
 */
export function exampleListener(
  self: object,
): ((result: ExampleResult, traceId: string | undefined) => void) | undefined {
  const { evaluation } = currentFrame();
  const opened = listenerIn(evaluation?.holder);
  if (opened === undefined) return undefined;
  const record =
    opened.call.self === self
      ? (result: ExampleResult) => opened.record(result)
      : ({ index: _position, ...result }: ExampleResult) => {
          if (opened.log.mayContain(result.example)) opened.log.keep(result);
        };
  return (result, traceId) =>
    guard('recording an example', () => record(traceId === undefined ? result : { ...result, traceId }));
}

/** Receives the finished runs of programs. */
export interface ForwardListener {
  forward(run: FinishedForward): void;
}

const forwards = shared('forwards', () => ({ watched: false }));

/**
 * Reports each run of a program to the holder of the evaluation that it belongs to. This is switched on once and never off:
 * switching it for each trial would cost more than the other bookkeeping of a trial.
 *
 * @param listenerOf returns the listener that an evaluation's `holder` is, if it is one
 */
function followForwards(listenerOf: (holder: unknown) => ForwardListener | undefined): void {
  forwards.watched = true;
  watchForwards((run) => listenerOf(run.frame.evaluation?.holder)?.forward(run));
}
