import { brandCheck, shared } from '../../support/shared-state.js';
import { withSpan } from '../context.js';

const SLOT = Symbol.for('ax-autolog.trace-slot');

/** Whether a value is a slot, of whatever copy of the package. */
export const isTraceSlot = brandCheck<TraceSlot>(SLOT);

/** Learns the trace of the first program call that is made in it. */
export class TraceSlot {
  readonly [SLOT] = true;
  traceId: string | undefined;

  take(traceId: string): void {
    this.traceId ??= traceId;
  }
}

/** Runs `fn`, which calls the program, and puts the id of the trace that begins in it into the slot. */
export function captureTraceId<T>(slot: TraceSlot | undefined, fn: () => T): T {
  return slot === undefined ? fn() : withSpan(slot, fn);
}

/** Traces by what they gave or threw: `null` for an object that several of them did. */
const traces = shared('trace links', () => new WeakMap<object, string | null>());

/** Remembers which trace returned this prediction, or threw this error. */
export function linkTrace(traceId: string, outcome: unknown): void {
  if (!isObject(outcome)) return;
  const known = traces.get(outcome);
  traces.set(outcome, known === undefined || known === traceId ? traceId : null);
}

/** The trace that gave this very object; `undefined` where none did, or several. */
export function traceOf(outcome: unknown): string | undefined {
  return isObject(outcome) ? (traces.get(outcome) ?? undefined) : undefined;
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
