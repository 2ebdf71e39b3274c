import { randomFillSync } from 'node:crypto';
import { DEFAULT_MAX_SPANS } from '../../contract/trace-options.js';
import { now } from '../../support/clock.js';
import { settings } from '../../support/settings.js';
import { currentFrame, currentSpan, withSpan } from '../context.js';
import { bridge } from './bridge.js';
import { callOrigin, isSampled, isSwitchedOn } from './sampling.js';
import { isSpan, Span, type SpanSetup, Trace } from './span.js';
import { isTraceSlot, type TraceSlot } from './trace-links.js';

/** The current span of code in an unsampled trace, so that calls in it do not begin traces. */
const UNSAMPLED = Symbol.for('ax-autolog.trace-not-kept');

/** Runs `fn` inside an unsampled trace: no span begins in it. Returns what `fn` returns. */
export function runUnsampled<T>(fn: () => T): T {
  return withSpan(UNSAMPLED, fn);
}

/** Returns the open span of the current code, or `undefined` if there is none. */
export function activeSpan(): Span | undefined {
  const span = currentSpan();
  return isSpan(span) && !span.ended ? span : undefined;
}

/** Returns whether {@link openSpan} may be called here: inside an open trace, or if the switches allow a new trace. Cheap. */
export function canOpenSpan(): boolean {
  const current = currentSpan();
  if (current === undefined) return isSwitchedOn();
  if (current === UNSAMPLED) return false;
  return (isSpan(current) && !current.trace.ended) || isSwitchedOn();
}

/**
 * Begins a span: a child of the current span, or the root of a new trace if there is none. Call it only if
 * {@link canOpenSpan} returns true. A call that begins after the end of its trace becomes the root of a new trace.
 *
 * @returns `undefined` if the new trace is not sampled; then make the call in {@link runUnsampled}
 */
export function openSpan(setup: SpanSetup): Span | undefined {
  const current = currentSpan();
  if (!isSpan(current)) return openRoot(setup, isTraceSlot(current) ? current : undefined);
  if (!current.trace.ended) return openChild(current, setup);
  const startedIn = { ...setup.attributes, startedIn: current.trace.traceId };
  return openRoot({ ...setup, attributes: startedIn }, undefined);
}

function openChild(parent: Span, setup: SpanSetup): Span {
  const { trace } = parent;
  const { name, type } = setup;
  const startTime = setup.startTime ?? now();
  const ids = { traceId: trace.traceId, spanId: parent.spanId };
  const bridged = trace.isFull ? undefined : bridge({ name, type, startTime, parent: ids });
  return new Span({ trace, parent, spanId: bridged?.spanId ?? newSpanId(), setup, startTime, bridged });
}

function openRoot(setup: SpanSetup, slot: TraceSlot | undefined): Span | undefined {
  const newId = newTraceId();
  const { name, type, inputs } = setup;
  const { role } = currentFrame();
  if (!isSampled(newId, { name, type, role, inputs, from: callOrigin() })) return undefined;
  const startTime = setup.startTime ?? now();
  const bridged = bridge({ name, type, startTime, parent: null });
  const traceId = bridged?.traceId ?? newId;
  const trace = new Trace(traceId, settings().traces.maxSpans ?? DEFAULT_MAX_SPANS, bridged?.parentSpanId);
  slot?.take(traceId);
  return new Span({ trace, parent: null, spanId: bridged?.spanId ?? newSpanId(), setup, startTime, bridged });
}

/** Random bytes for many ids at once. One system call for each id would cost more than the span itself. */
const pool = Buffer.alloc(4096);
let used = pool.length;

function hex(bytes: number): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const id = pool.toString('hex', used, used + bytes);
  used += bytes;
  return /[^0]/.test(id) ? id : hex(bytes);
}

/** Returns a random trace id as OpenTelemetry defines it: 32 hex digits, not all zero. */
function newTraceId(): string {
  return hex(16);
}

/** Returns a random span id as OpenTelemetry defines it: 16 hex digits, not all zero. */
function newSpanId(): string {
  return hex(8);
}
