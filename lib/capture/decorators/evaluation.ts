import { brandCheck, shared } from '../../support/shared-state.js';
import { snapshot } from '../../support/snapshot/snapshot.js';
import { currentFrame } from '../../track/context.js';
import type { EvaluationInput, ExampleResult } from '../../track/types.js';
import { type ForwardSeen, instrumentProgram, watchForwards } from '../ax/index.js';
import { isEvaluating, OpenEvaluation, type Reading } from '../evaluation-call.js';
import { guard } from '../guard.js';
import { type Callable, functionName, isFunction, isObject, isPlainObject, ownValue } from '../inspect.js';
import { candidateOf } from './candidate.js';
import { ExampleLog } from './examples.js';
import { callLabel, lmsOf, plainOptions } from './inputs.js';
import { hyperparametersOf } from './metadata.js';
import type { AnyOptions, Plan } from './options.js';
import { readResult } from './results.js';
import { Signature } from './roles.js';
import { watchMetric } from './watch-metric.js';
import type { Opener } from './wrap.js';

/** Tracks each call of one evaluating method: inside a compile as a trial, outside as an evaluation. */
export function evaluationOpener(plan: Plan, method: string, fn: Callable): Opener {
  const signature = new Signature(fn, plan.sources);
  return (self, args) => {
    const frame = currentFrame();
    if (isEvaluating(frame) || plan.when?.() === false) return null;
    const call: Call = { plan, method, signature, self, args, batch: undefined, program: undefined };
    guard('reading the arguments', () => readArguments(call));
    const input = describeEvaluation(call);
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
  instrumentProgram(call.program);
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

function describeEvaluation(call: Call): EvaluationInput {
  const input: Writable<EvaluationInput> = { evaluator: callLabel(call.plan.options.label, call.self, call.method) };
  guard('describing the candidate', () => describeCandidate(call, input));
  return input;
}

function describeCandidate({ plan, signature, args, batch, program }: Call, input: Writable<EvaluationInput>): void {
  const metricKey = metricKeyOf(plan.options, signature.options(args));
  if (metricKey !== undefined) input.metricKey = metricKey;
  if (plan.options.phase !== undefined) input.phase = plan.options.phase;
  if (batch !== undefined) input.batch = batch;
  const candidate = candidateOf(program);
  if (candidate !== undefined) input.candidate = candidate;
}

/** What an evaluation on its own also says; a trial's setting is its compile's. */
function describeSetting({ signature, self, args, batch, program }: Call): EvaluationInput {
  const metric = guard('finding the metric', () => functionName(signature.find('metric', args, self)));
  const options = guard('reading the options', () => plainOptions(signature.options(args), [program, batch]));
  const hyperparameters = guard('reading the hyperparameters', () => hyperparametersOf(self));
  const lms = guard('describing the AI services', () => lmsOf(signature, args, self));
  return {
    ...(hyperparameters ? { hyperparameters } : {}),
    ...(options ? { options } : {}),
    ...(lms ? { lms } : {}),
    ...(metric === undefined ? {} : { metric }),
  };
}

/** The series' name: the decorator's, `metricKey` of the options, or DSPy's `callback_metadata: { metric_key }`. */
function metricKeyOf(options: AnyOptions, passed: Readonly<Record<string, unknown>> | undefined): string | undefined {
  if (passed === undefined) return options.metricKey;
  const metadata = ownValue(passed, 'callbackMetadata') ?? ownValue(passed, 'callback_metadata');
  const fromMetadata = isPlainObject(metadata) ? (metadata.metricKey ?? metadata.metric_key) : undefined;
  const key = ownValue(passed, 'metricKey') ?? fromMetadata ?? options.metricKey;
  return typeof key === 'string' && key !== '' ? key : undefined;
}

const EVALUATION = Symbol.for('ax-autolog.evaluation');
/** Whether a tracked evaluation of decorators, of whatever copy of the package, holds it. */
const isTrackedEvaluation = brandCheck<TrackedEvaluation>(EVALUATION);

class TrackedEvaluation extends OpenEvaluation implements ForwardListener {
  readonly [EVALUATION] = true;
  readonly args?: readonly unknown[];
  readonly call: Call;
  readonly log: ExampleLog;

  constructor(input: EvaluationInput, call: Call) {
    super(input);
    this.call = call;
    this.log = new ExampleLog(this.tracker, call.batch);
    this.tracker.holder = this;
    followForwards(listenerIn);
    if (!call.plan.options.watchMetric) return;
    const args = guard('watching the metric', () =>
      watchMetric(call.signature, call.args, (result) => {
        if (this.isOpen) this.log.record(result);
      }),
    );
    if (args) this.args = args;
  }

  protected override read(value: unknown): Reading {
    return readResult(value, this.call.plan.options);
  }

  protected override close(rows: Reading['rows']): void {
    this.log.close(rows);
  }

  /** Runs of other programs, such as a judge's, are no examples. */
  forward(seen: ForwardSeen): void {
    const { program } = this.call;
    const isProgram = isObject(program) && isFunction(program.forward);
    if (isProgram && seen.program !== program) return;
    this.log.keep({
      example: seen.input,
      exampleCopy: snapshot(seen.input),
      ...(seen.failed ? { error: seen.error } : { prediction: seen.output }),
      durationMs: seen.durationMs,
      ...(seen.traceId === undefined ? {} : { traceId: seen.traceId }),
      derived: ['example', 'index'],
    });
  }
}

function listenerIn(holder: unknown): TrackedEvaluation | undefined {
  return isTrackedEvaluation(holder) ? holder : undefined;
}

/**
 * Where an evaluator of ours reports each example as it comes: to the evaluation that was opened for it; inside
 * somebody else's trial, to that one, which uses it if its method returns no results. `undefined` when nobody listens.
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
          if (opened.log.mayHold(result.example)) opened.log.keep(result);
        };
  return (result, traceId) =>
    guard('recording an example', () => record(traceId === undefined ? result : { ...result, traceId }));
}

/** Keeps what was seen of a program's runs. */
export interface ForwardListener {
  forward(seen: ForwardSeen): void;
}

const forwards = shared('forwards', () => ({ watched: false }));

/**
 * From now on tells each run of a program to what holds the evaluation that it belongs to. The watch is never taken
 * back: opening and closing it with each trial would cost more than the trial's own bookkeeping.
 *
 * @param listener finds the listener in what an evaluation holds
 */
export function followForwards(listener: (holder: unknown) => ForwardListener | undefined): void {
  if (forwards.watched) return;
  forwards.watched = true;
  watchForwards((seen) => listener(seen.frame.evaluation?.holder)?.forward(seen));
}
