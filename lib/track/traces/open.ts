import { randomFillSync } from 'node:crypto';
import { DEFAULT_MAX_SPANS } from '../../contract/trace-options.js';
import { now } from '../../support/clock.js';
import { settings } from '../../support/settings.js';
import { currentFrame, currentSpan, withSpan } from '../context.js';
import { bridge } from './bridge.js';
import { isSampled, isSwitchedOn, whereNow } from './sampling.js';
import { isSpan, Span, type SpanSetup, Trace } from './span.js';
import { isTraceSlot, type TraceSlot } from './trace-links.js';

/** Stands for a trace that is not kept: nothing inside it begins one of its own. */
const NOT_KEPT = Symbol.for('ax-autolog.trace-not-kept');

/** Runs `fn` inside a trace that is not kept. */
export function notKept<T>(fn: () => T): T {
  return withSpan(NOT_KEPT, fn);
}

/** The span that the code runs in, while it is open. */
export function openedSpan(): Span | undefined {
  const span = currentSpan();
  return isSpan(span) && !span.ended ? span : undefined;
}

/** Whether a span can begin here: inside a trace that is going on, or where the switches let one begin. Cheap. */
export function mayTrace(): boolean {
  const at = currentSpan();
  if (at === undefined) return isSwitchedOn();
  if (at === NOT_KEPT) return false;
  return (isSpan(at) && !at.trace.ended) || isSwitchedOn();
}

/**
 * Begins a span: inside the one that the code runs in, else as the root of a trace. Call it where {@link mayTrace} said
 * yes. A call that begins after its trace is over, left behind by the program, begins a trace of its own.
 *
 * @returns `undefined` for a trace that is not kept: run what it is about in {@link notKept}
 */
export function openSpan(setup: SpanSetup): Span | undefined {
  const at = currentSpan();
  if (!isSpan(at)) return openRoot(setup, isTraceSlot(at) ? at : undefined);
  if (!at.trace.ended) return openChild(at, setup);
  const startedIn = { ...setup.attributes, startedIn: at.trace.traceId };
  return openRoot({ ...setup, attributes: startedIn }, undefined);
}

function openChild(parent: Span, setup: SpanSetup): Span {
  const { trace } = parent;
  const { name, type } = setup;
  const startTime = setup.startTime ?? now();
  const ids = { traceId: trace.traceId, spanId: parent.spanId };
  const bridged = trace.isFull ? undefined : bridge({ name, type, startTime, parent: ids });
  return new Span(trace, parent, bridged?.spanId ?? newSpanId(), name, type, setup, startTime, bridged);
}

function openRoot(setup: SpanSetup, slot: TraceSlot | undefined): Span | undefined {
  const own = newTraceId();
  const { name, type, inputs } = setup;
  const { role } = currentFrame();
  if (!isSampled(own, { name, type, role, inputs, from: whereNow() })) return undefined;
  const startTime = setup.startTime ?? now();
  const bridged = bridge({ name, type, startTime, parent: null });
  const traceId = bridged?.traceId ?? own;
  const trace = new Trace(traceId, settings().traces.maxSpans ?? DEFAULT_MAX_SPANS, bridged?.parentSpanId);
  slot?.take(traceId);
  return new Span(trace, null, bridged?.spanId ?? newSpanId(), name, type, setup, startTime, bridged);
}

/** Random bytes are drawn for many ids at once: one call for each would cost more than the span. */
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

/** 32 hex digits, as OpenTelemetry has it: random and not all zero. */
export function newTraceId(): string {
  return hex(16);
}

/** 16 hex digits, random and not all zero. */
export function newSpanId(): string {
  return hex(8);
}
