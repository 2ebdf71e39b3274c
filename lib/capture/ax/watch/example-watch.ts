import { withRole } from '../../../track/context.js';
import { mayTrace } from '../../../track/traces/open.js';
import { captureTraceId, TraceSlot, traceOf } from '../../../track/traces/trace-links.js';
import type { CompileTracker, EvaluationTracker } from '../../../track/types.js';
import { safely } from '../../guard.js';
import { isObject, safeGet } from '../../inspect.js';
import { observe } from '../../observe.js';
import { insideForward, isInside } from '../access/scope.js';
import type { CompileCall, OptimizerWatch } from './optimizer-watch.js';

/** One example that is being evaluated: forwarded, then scored. */
export interface Pending {
  readonly example: unknown;
  readonly trial: EvaluationTracker;
  readonly startedAt: number;
  prediction: unknown;
  error: unknown;
  failed: boolean;
  predicted: boolean;
  durationMs: number;
  /** Learns the trace of the prediction, where there may be one. */
  readonly trace: TraceSlot | undefined;
}

/** The trace of an example's prediction, where there is one. */
export function traceIdOf({ trace, prediction }: Pending): { readonly traceId?: string } {
  const traceId = trace?.traceId ?? traceOf(prediction);
  return traceId === undefined ? {} : { traceId };
}

/**
 * Follows examples through an optimizer that calls `program.forward` and then the metric: ax's own, and classes like
 * them. What a trial is made of, and when it ends, is up to the subclass.
 */
export abstract class ExampleWatch implements OptimizerWatch {
  readonly program: unknown;
  readonly self: object;
  readonly metric: unknown;
  options: unknown;
  protected pending: Pending[] = [];

  constructor(
    protected readonly compile: CompileTracker,
    protected readonly call: CompileCall,
  ) {
    this.program = call.program;
    this.self = call.self;
    this.options = call.options;
    this.metric = watchFunction(call.metric, (run, args) => this.#score(run, args[0]));
  }

  /** The trial that the next example belongs to; `undefined` leaves the example out. */
  protected abstract trialFor(
    example: unknown,
    forwardOptions: unknown,
    ai: unknown,
    prediction: unknown,
  ): EvaluationTracker | undefined;
  /** The metric has answered. */
  protected abstract scored(pending: Pending, raw: unknown): void;
  /** `forward` or the metric threw. */
  protected abstract failed(pending: Pending): void;
  abstract applied(texts: unknown): void;
  abstract internal(name: string, run: () => unknown, args: unknown[]): unknown;
  abstract finish(error: unknown, failed: boolean): Readonly<Record<string, unknown>> | undefined;

  forward(run: () => unknown, args: unknown[]): unknown {
    const pending = this.#begin(args[1], args[2], args[0]);
    if (pending === undefined) return run();
    const role = this.#roleOf(args[0]);
    return this.#follow(
      () =>
        pending.trial.within(() => captureTraceId(pending.trace, role === 'task' ? run : () => withRole(role, run))),
      (error, prediction, failed) => {
        pending.durationMs = performance.now() - pending.startedAt;
        if (failed) return this.fail(pending, error);
        pending.prediction = prediction;
        pending.predicted = true;
      },
    );
  }

  /** Takes a finished example off the list. */
  protected settle(pending: Pending): void {
    this.pending = this.pending.filter((other) => other !== pending);
  }

  protected fail(pending: Pending, error: unknown): void {
    if (!this.pending.includes(pending)) return;
    pending.error = error;
    pending.failed = true;
    this.failed(pending);
  }

  #roleOf(ai: unknown): 'teacher' | 'task' {
    const student = safeGet(this.self, 'studentAI');
    const teacher = safeGet(this.call.options, 'overrideTeacherAI') ?? safeGet(this.self, 'teacherAI');
    return ai !== undefined && ai === teacher && ai !== student ? 'teacher' : 'task';
  }

  /** Whether another program than the one under optimization made this prediction. */
  protected isStray(_prediction: unknown): boolean {
    return false;
  }

  #begin(example: unknown, forwardOptions: unknown, ai: unknown, prediction?: unknown): Pending | undefined {
    let pending: Pending | undefined;
    safely(() => {
      const trial = this.trialFor(example, forwardOptions, ai, prediction);
      if (trial === undefined) return;
      const startedAt = performance.now();
      const state = { prediction: undefined, error: undefined, failed: false, predicted: false, durationMs: 0 };
      pending = { example, trial, startedAt, trace: mayTrace() ? new TraceSlot() : undefined, ...state };
      this.pending.push(pending);
    });
    return pending;
  }

  #score(run: () => unknown, call: unknown): unknown {
    const prediction = safeGet(call, 'prediction');
    const known = this.isStray(prediction) ? undefined : this.#find(call);
    const pending = known ?? this.#begin(safeGet(call, 'example'), undefined, undefined, prediction);
    if (pending === undefined) return run();
    if (!pending.predicted) pending.prediction = prediction;
    return this.#follow(
      () => pending.trial.within(() => insideForward(() => withRole('judge', run))),
      (error, raw, failed) => {
        if (failed) return this.fail(pending, error);
        if (this.pending.includes(pending)) this.scored(pending, raw);
      },
    );
  }

  /** The example that a metric call is about: by prediction, then by example, then the one that waits longest. */
  #find(call: unknown): Pending | undefined {
    const waiting = this.pending.filter((pending) => pending.predicted);
    const prediction = safeGet(call, 'prediction');
    const example = safeGet(call, 'example');
    return (
      waiting.find((pending) => isObject(prediction) && pending.prediction === prediction) ??
      waiting.find((pending) => pending.example === example) ??
      waiting[0]
    );
  }

  #follow(run: () => unknown, seen: (error: unknown, value: unknown, failed: boolean) => void): unknown {
    const tell = (error: unknown, value: unknown, failed: boolean) => safely(() => seen(error, value, failed));
    let value: unknown;
    try {
      value = run();
    } catch (error) {
      tell(error, undefined, true);
      throw error;
    }
    return observe(value, tell);
  }
}

/**
 * A stand-in for the user's function that calls it with the same `this` and arguments and lets `run` see the call. Its
 * name, length and properties are the function's own. Calls from inside an example pass straight through.
 */
export function watchFunction<F>(fn: F, run: (call: () => unknown, args: unknown[]) => unknown): F {
  if (typeof fn !== 'function') return fn;
  return new Proxy(fn, {
    apply(target, self: unknown, args: unknown[]) {
      const call = () => Reflect.apply(target, self, args) as unknown;
      return isInside() ? call() : run(call, args);
    },
  });
}
