import type { ForwardSeen } from '../ax/index.js';
import { currentFrame } from '../session.js';
import type { EvaluationInput, EvaluationTracker, ExampleResult } from '../tracker/types.js';
import { tracker } from '../tracker.js';
import { type OpenCall, type Outcome, statusOf } from './call.js';
import { candidateOf } from './candidate.js';
import { ExampleLog } from './example-log.js';
import { followForwards, ignoreForwards } from './forwards.js';
import { guard } from './guard.js';
import { lmsOf, meet, metricName, settingsOf } from './inputs.js';
import { type Callable, isFunction, isObject, isPlainObject } from './inspect.js';
import { labelOf } from './labels.js';
import { hyperparametersOf } from './metadata.js';
import type { AnyOptions, Plan } from './options.js';
import { type Reading, readResult } from './results.js';
import { type Role, Signature } from './roles.js';
import { watchMetric } from './watch-metric.js';
import type { Opener } from './wrap.js';

/** What decorated methods have opened. */
const open = new WeakMap<EvaluationTracker, OpenEvaluation>();

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
    if (isDetail() || plan.when?.() === false) return null;
    // A trial's batch is drawn anew each time: a field of `this` is not it.
    const owner = plan.kind === 'trackTrial' ? undefined : self;
    const batch = guard('finding the examples', () => signature.examples(roles[1], args, owner));
    const program = guard('finding the program', () => signature.find(roles[0], args, owner));
    guard('watching the program', () => meet(program));
    const call = { plan, method, signature, self, args, batch, program };
    const evaluation = tracker.startEvaluation(describeCall(call));
    const opened = new OpenEvaluation(evaluation, call);
    open.set(evaluation, opened);
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

/** Whether an evaluation runs already, of which this call would be a part. */
function isDetail(): boolean {
  const { evaluation } = currentFrame();
  return evaluation !== null && !evaluation.ended;
}

function describeCall(call: Call): EvaluationInput {
  const { plan, method, signature, self, args, batch, program } = call;
  const candidate = guard('describing the candidate', () => candidateOf(program));
  const metricKey = guard('reading the options', () => metricKeyOf(plan.options, signature.options(args)));
  const input: EvaluationInput = {
    evaluator: labelOf(plan.options.label, self, method),
    ...(candidate ? { candidate } : {}),
    ...(batch ? { batch } : {}),
    ...(metricKey === undefined ? {} : { metricKey }),
    ...(plan.options.phase === undefined ? {} : { phase: plan.options.phase }),
  };
  return currentFrame().compile === null ? { ...input, ...describeSetting(call) } : input;
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
  const metadata = passed?.callbackMetadata ?? passed?.callback_metadata;
  const said = isPlainObject(metadata) ? (metadata.metricKey ?? metadata.metric_key) : undefined;
  const key = passed?.metricKey ?? said ?? options.metricKey;
  return typeof key === 'string' && key !== '' ? key : undefined;
}

class OpenEvaluation implements OpenCall {
  readonly args?: readonly unknown[];
  readonly call: Call;
  readonly log: ExampleLog;
  /** Results were recorded by the method itself as they came: it is ours. */
  live = false;
  readonly #evaluation: EvaluationTracker;
  #ended = false;

  constructor(evaluation: EvaluationTracker, call: Call) {
    this.#evaluation = evaluation;
    this.call = call;
    this.log = new ExampleLog(evaluation, call.batch);
    guard('watching the program', () => followForwards(evaluation, (seen) => this.#forward(seen)));
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
    this.live = true;
    if (!this.#ended) this.#evaluation.example(result);
  }

  end(outcome: Outcome): void {
    if (this.#ended) return;
    this.#ended = true;
    ignoreForwards(this.#evaluation);
    const returned = outcome.seen && !outcome.failed && !outcome.cancelled;
    const reading: Reading =
      (returned && guard('reading the results', () => readResult(outcome.value, this.call.plan.options))) || {};
    if (!this.live) guard('recording the examples', () => this.log.close(reading.rows));
    this.#evaluation.end({
      status: statusOf(outcome),
      ...(outcome.failed ? { error: outcome.error } : {}),
      ...(reading.score === undefined ? {} : { score: reading.score }),
      ...(reading.scores ? { scores: reading.scores } : {}),
      ...(outcome.seen ? {} : { derived: ['status', 'durationMs'] }),
    });
  }

  /** Runs of other programs, such as a judge's, are no examples. */
  #forward(seen: ForwardSeen): void {
    const { program } = this.call;
    const isProgram = isObject(program) && isFunction((program as { readonly forward?: unknown }).forward);
    if (isProgram && seen.program !== program) return;
    this.log.keep({
      example: seen.input,
      ...(seen.failed ? { error: seen.error } : { prediction: seen.output }),
      durationMs: seen.durationMs,
      derived: ['example', 'index'],
    });
  }
}

/**
 * Where an evaluator of ours reports each example as it comes: to the evaluation that was opened for it; inside
 * somebody else's trial, to that one, which uses it if its method returns no results. `undefined` when nobody listens.
 */
export function exampleListener(self: object): ((result: ExampleResult) => void) | undefined {
  const { evaluation } = currentFrame();
  const opened = evaluation ? open.get(evaluation) : undefined;
  if (opened === undefined) return undefined;
  const report =
    opened.call.self === self
      ? (result: ExampleResult) => opened.record(result)
      : ({ index: _position, ...result }: ExampleResult) => {
          if (opened.log.mayHold(result.example)) opened.log.keep(result);
        };
  return (result) => guard('recording an example', () => report(result));
}
