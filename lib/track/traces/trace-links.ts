import { brandCheck, shared } from '../../support/shared-state.js';
import { withSpan } from '../context.js';

const SLOT = Symbol.for('ax-autolog.trace-slot');

/** Returns whether a value is a trace slot, of any copy of the package. */
export const isTraceSlot = brandCheck<TraceSlot>(SLOT);

/** Receives the id of the first trace that begins in it. See {@link captureTraceId}. */
export class TraceSlot {
  readonly [SLOT] = true;
  /** `undefined` until a trace begins, or if it is not sampled. */
  traceId: string | undefined;

  /** Sets the id, unless one was set before. */
  take(traceId: string): void {
    this.traceId ??= traceId;
  }
}

/** Runs `fn`, which calls the program, and stores the id of the trace that begins in it. Returns what `fn` returns. */
export function captureTraceId<T>(slot: TraceSlot | undefined, fn: () => T): T {
  return slot === undefined ? fn() : withSpan(slot, fn);
}

/** Traces by the object they returned or threw; `null` if several traces did. */
const traces = shared('trace links', () => new WeakMap<object, string | null>());

/** Remembers that a trace returned this prediction, or threw this error. */
export function linkTrace(traceId: string, outcome: unknown): void {
  if (!canBeKey(outcome)) return;
  const known = traces.get(outcome);
  traces.set(outcome, known === undefined || known === traceId ? traceId : null);
}

/** Returns the id of the trace that returned or threw this object, `undefined` if no trace or several traces did. */
export function traceOf(outcome: unknown): string | undefined {
  return canBeKey(outcome) ? (traces.get(outcome) ?? undefined) : undefined;
}

function canBeKey(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
