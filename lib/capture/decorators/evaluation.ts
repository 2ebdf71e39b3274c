import { snapshot } from '../../support/snapshot/snapshot.js';
import { currentFrame } from '../../track/context.js';
import { tracker } from '../../track/tracker.js';
import type { EvaluationEnding, EvaluationInput, EvaluationTracker, ExampleResult } from '../../track/types.js';
import { type ForwardSeen, instrumentProgram, watchForwards } from '../ax/index.js';
import { guard, report } from '../guard.js';
import { type Callable, isFunction, isObject, isPlainObject, ownValue } from '../inspect.js';
import { candidateOf } from './candidate.js';
import { ExampleLog } from './examples.js';
import { labelOf, lmsOf, metricName, settingsOf } from './inputs.js';
import { hyperparametersOf } from './metadata.js';
import type { AnyOptions, Plan } from './options.js';
import { type Reading, readResult } from './results.js';
import { type Role, Signature } from './roles.js';
import { watchMetric } from './watch-metric.js';
import { type OpenCall, type Opener, type Outcome, statusOf } from './wrap.js';

/**
 * Tracks each call of one evaluating method: inside a compile as a trial, outside as an evaluation.
 *
 * Inside a trial or evaluation that runs already it opens nothing: `super.evaluate`, an `Evaluate` inside a method that
 * is a trial, a judge's own evaluation are details of the one round them.
 */
export function evaluationOpener(plan: Plan, method: string, fn: Callable): Opener {
  const signature = new Signature(fn, plan.sources);
  const roles: readonly [program: Role, devset: Role] =
    plan.kind === 'trackTrial' ? ['candidate', 'batch'] : ['program', 'devset'];
  return (self, args) => {
    const { compile, evaluation: outer } = currentFrame();
    if ((outer !== null && !outer.ended) || plan.when?.() === false) return null;
    const call = readCall(plan, method, signature, roles, self, args);
    const input = describeCall(call);
    const evaluation = tracker.startEvaluation(compile === null ? { ...input, ...describeSetting(call) } : input);
    const opened = new OpenEvaluation(evaluation, call);
    evaluation.holder = opened;
    return opened;
  };
}

interface Call {
  readonly plan: Plan;
  readonly method: string;
  readonly signature: Signature;
  readonly self: unknown;
  readonly args: readonly unknown[];
  readonly batch: readonly unknown[] | undefined;
  readonly program: unknown;
}

function readCall(
  plan: Plan,
  method: string,
  signature: Signature,
  roles: readonly [program: Role, devset: Role],
  self: unknown,
  args: readonly unknown[],
): Call {
  let batch: readonly unknown[] | undefined;
  let program: unknown;
  try {
    batch = signature.examples(roles[1], args, self);
    program = signature.find(roles[0], args, self);
    instrumentProgram(program);
  } catch (error) {
    report('reading the arguments', error);
  }
  return { plan, method, signature, self, args, batch, program };
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

function describeCall({ plan, method, signature, self, args, batch, program }: Call): EvaluationInput {
  const input: Writable<EvaluationInput> = { evaluator: labelOf(plan.options.label, self, method) };
  try {
    const metricKey = metricKeyOf(plan.options, signature.options(args));
    if (metricKey !== undefined) input.metricKey = metricKey;
    if (plan.options.phase !== undefined) input.phase = plan.options.phase;
    if (batch !== undefined) input.batch = batch;
    const candidate = candidateOf(program);
    if (candidate !== undefined) input.candidate = candidate;
  } catch (error) {
    report('describing the candidate', error);
  }
  return input;
}

/** What an evaluation on its own also says; a trial's setting is its compile's. */
function describeSetting({ signature, self, args, batch, program }: Call): EvaluationInput {
  const metric = guard('finding the metric', () => metricName(signature.find('metric', args, self)));
  const options = guard('reading the options', () => settingsOf(signature.options(args), [program, batch]));
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
  const said = isPlainObject(metadata) ? (metadata.metricKey ?? metadata.metric_key) : undefined;
  const key = ownValue(passed, 'metricKey') ?? said ?? options.metricKey;
  return typeof key === 'string' && key !== '' ? key : undefined;
}

class OpenEvaluation implements OpenCall, ForwardListener {
  readonly args?: readonly unknown[];
  readonly call: Call;
  readonly log: ExampleLog;
  readonly #evaluation: EvaluationTracker;
  #ended = false;

  constructor(evaluation: EvaluationTracker, call: Call) {
    this.#evaluation = evaluation;
    this.call = call;
    this.log = new ExampleLog(evaluation, call.batch);
    followForwards(listenerIn);
    if (!call.plan.options.watchMetric) return;
    const args = guard('watching the metric', () =>
      watchMetric(call.signature, call.args, (result) => this.#ended || this.log.record(result)),
    );
    if (args) this.args = args;
  }

  within<T>(fn: () => T): T {
    return this.#evaluation.within(fn);
  }

  /** Records a result of the batch now, from code of ours that runs inside the method. */
  record(result: ExampleResult): void {
    if (!this.#ended) this.#evaluation.example(result);
  }

  end(outcome: Outcome): void {
    if (this.#ended) return;
    this.#ended = true;
    const returned = outcome.seen && !outcome.failed && !outcome.cancelled;
    const ending: Writable<EvaluationEnding> = { status: statusOf(outcome) };
    if (outcome.failed) ending.error = outcome.error;
    if (!outcome.seen) ending.derived = ['status', 'durationMs'];
    let rows: Reading['rows'];
    try {
      const reading: Reading = returned ? readResult(outcome.value, this.call.plan.options) : {};
      if (reading.score !== undefined) ending.score = reading.score;
      if (reading.scores !== undefined) ending.scores = reading.scores;
      rows = reading.rows;
    } catch (error) {
      report('reading the results', error);
    }
    try {
      this.log.close(rows);
    } catch (error) {
      report('recording the examples', error);
    }
    this.#evaluation.end(ending);
  }

  /** Runs of other programs, such as a judge's, are no examples. */
  forward(seen: ForwardSeen): void {
    const { program } = this.call;
    const isProgram = isObject(program) && isFunction(program.forward);
    if (isProgram && seen.program !== program) return;
    this.log.keep({
      example: seen.input,
      seenAs: snapshot(seen.input),
      ...(seen.failed ? { error: seen.error } : { prediction: seen.output }),
      durationMs: seen.durationMs,
      ...(seen.traceId === undefined ? {} : { traceId: seen.traceId }),
      derived: ['example', 'index'],
    });
  }
}

function listenerIn(holder: unknown): OpenEvaluation | undefined {
  return holder instanceof OpenEvaluation ? holder : undefined;
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

let watching = false;

/**
 * From now on tells each run of a program to what holds the evaluation that it belongs to. The watch is never taken
 * back: opening and closing it with each trial would cost more than the trial's own bookkeeping.
 *
 * @param listener finds the listener in what an evaluation holds
 */
export function followForwards(listener: (holder: unknown) => ForwardListener | undefined): void {
  if (watching) return;
  watching = true;
  watchForwards((seen) => listener(seen.frame.evaluation?.holder)?.forward(seen));
}
