import { withRole } from '../../../track/context.js';
import { canOpenSpan } from '../../../track/traces/open.js';
import { captureTraceId, TraceSlot, traceOf } from '../../../track/traces/trace-links.js';
import type { CompileTracker, EvaluationTracker } from '../../../track/types.js';
import { follow } from '../../observe/follow.js';
import { guard } from '../../observe/guard.js';
import { isObject, safeGet } from '../../observe/inspect.js';
import type { Outcome } from '../../observe/outcome.js';
import { insideForward, isInside } from '../access/scope.js';
import type { CompileCall, OptimizerWatch } from './optimizer-watch.js';

/** An example that is being evaluated: first `forward` runs, then the metric. */
export interface PendingExample {
  readonly example: unknown;
  readonly trial: EvaluationTracker;
  readonly startedAt: number;
  prediction: unknown;
  error: unknown;
  failed: boolean;
  predicted: boolean;
  durationMs: number;
  /** Receives the trace id of the prediction; `undefined` if nothing is traced. */
  readonly trace: TraceSlot | undefined;
}

/** Returns the trace id of an example's prediction, if there is one. */
export function traceIdOf({ trace, prediction }: PendingExample): { readonly traceId?: string } {
  const traceId = trace?.traceId ?? traceOf(prediction);
  return traceId === undefined ? {} : { traceId };
}

/**
 * Follows examples through an optimizer that calls `program.forward` and then the metric, as ax's own do. The subclass
 * decides which examples form a trial and when it ends.
 */
export abstract class ExampleWatch implements OptimizerWatch {
  readonly program: unknown;
  readonly self: object;
  readonly metric: unknown;
  options: unknown;
  protected pending: PendingExample[] = [];

  constructor(
    protected readonly compile: CompileTracker,
    protected readonly call: CompileCall,
  ) {
    this.program = call.program;
    this.self = call.self;
    this.options = call.options;
    this.metric = watchFunction(call.metric, (run, args) => this.#score(run, args[0]));
  }

  /** Returns the trial that the next example belongs to; `undefined` skips the example. */
  protected abstract trialFor(
    example: unknown,
    forwardOptions: unknown,
    ai: unknown,
    prediction: unknown,
  ): EvaluationTracker | undefined;
  /** Records an example whose metric has returned. `raw` is the return value. */
  protected abstract scored(pending: PendingExample, raw: unknown): void;
  /** Records an example whose `forward` or metric threw. */
  protected abstract failed(pending: PendingExample): void;
  abstract applied(texts: unknown): void;
  abstract internal(name: string, run: () => unknown, args: unknown[]): unknown;
  abstract finish(outcome: Outcome): Readonly<Record<string, unknown>> | undefined;

  forward(run: () => unknown, args: unknown[]): unknown {
    const pending = this.#begin(args[1], args[2], args[0]);
    if (pending === undefined) return run();
    const role = this.#roleOf(args[0]);
    return follow(() => captureTraceId(pending.trace, role === 'task' ? run : () => withRole(role, run)), {
      thenables: 'follow',
      within: (forward) => pending.trial.within(forward),
      ended: (outcome) => this.#predicted(pending, outcome),
    });
  }

  #predicted(pending: PendingExample, { failed, error, value }: Outcome): void {
    pending.durationMs = performance.now() - pending.startedAt;
    if (failed) {
      this.fail(pending, error);
      return;
    }
    pending.prediction = value;
    pending.predicted = true;
  }

  /** Removes a finished example from the pending ones. */
  protected removePending(pending: PendingExample): void {
    this.pending = this.pending.filter((other) => other !== pending);
  }

  protected fail(pending: PendingExample, error: unknown): void {
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

  /** Returns whether a program other than the one under optimization made this prediction. Default: false. */
  protected isFromOtherProgram(_prediction: unknown): boolean {
    return false;
  }

  #begin(example: unknown, forwardOptions: unknown, ai: unknown, prediction?: unknown): PendingExample | undefined {
    return guard('opening a trial', () => {
      const trial = this.trialFor(example, forwardOptions, ai, prediction);
      if (trial === undefined) return undefined;
      const startedAt = performance.now();
      const state = { prediction: undefined, error: undefined, failed: false, predicted: false, durationMs: 0 };
      const pending = { example, trial, startedAt, trace: canOpenSpan() ? new TraceSlot() : undefined, ...state };
      this.pending.push(pending);
      return pending;
    });
  }

  #score(run: () => unknown, call: unknown): unknown {
    const prediction = safeGet(call, 'prediction');
    const known = this.isFromOtherProgram(prediction) ? undefined : this.#find(call);
    const pending = known ?? this.#begin(safeGet(call, 'example'), undefined, undefined, prediction);
    if (pending === undefined) return run();
    if (!pending.predicted) pending.prediction = prediction;
    return follow(() => insideForward(() => withRole('judge', run)), {
      thenables: 'follow',
      within: (judge) => pending.trial.within(judge),
      ended: ({ failed, error, value }) => {
        if (failed) this.fail(pending, error);
        else if (this.pending.includes(pending)) this.scored(pending, value);
      },
    });
  }

  /** Returns the example of a metric call: that with the same prediction, or else the same example, or else the oldest. */
  #find(call: unknown): PendingExample | undefined {
    const waiting = this.pending.filter((pending) => pending.predicted);
    const prediction = safeGet(call, 'prediction');
    const example = safeGet(call, 'example');
    return (
      waiting.find((pending) => isObject(prediction) && pending.prediction === prediction) ??
      waiting.find((pending) => pending.example === example) ??
      waiting[0]
    );
  }
}

/** Runs a call and passes the value that it returns or resolves to to `done`. Returns the value for the caller. */
export function whenReturned(run: () => unknown, done: (value: unknown) => void): unknown {
  return follow(run, {
    thenables: 'follow',
    ended: ({ failed, value }) => {
      if (!failed) done(value);
    },
  });
}

/**
 * Returns a Proxy of the user's function, which passes each call to `run`. Name, length and properties are the function's
 * own. Calls from inside an example are not passed to `run`.
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
