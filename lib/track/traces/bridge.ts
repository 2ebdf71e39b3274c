import type { AnyEvent, SpanType } from '../../contract/events.js';

/** Where a span that begins belongs, as OpenTelemetry counts: hex digits, 32 for a trace and 16 for a span. */
export interface SpanIds {
  readonly traceId: string;
  readonly spanId: string;
}

/** What is known of a span when it begins. */
export interface SpanStart {
  readonly name: string;
  readonly type: SpanType;
  /** Milliseconds since the Unix epoch, with microseconds as fraction. */
  readonly startTime: number;
  /** The span it begins in; `null` for a root. */
  readonly parent: SpanIds | null;
}

/** A span as another tracing system has begun it. */
export interface BridgedSpan extends SpanIds {
  /** For a root: the span of that system in which it begins, if there is one. */
  readonly parentSpanId?: string;
  /** Runs `fn` where that system sees the span as the current one, so that its own spans become children. */
  within<T>(fn: () => T): T;
}

/**
 * Begins spans in another tracing system at the moment they begin, so that both have the same ids and what that system
 * itself records lies inside. It runs on the path of the program: it must be quick; what it throws is reported and the
 * span goes on without it. `undefined` leaves a span to us alone.
 */
export type SpanBridge = (start: SpanStart) => BridgedSpan | undefined;

let current: SpanBridge | undefined;

/**
 * Sets the bridge that spans begin through.
 *
 * @returns a function that takes it away, unless another one took its place
 */
export function setSpanBridge(bridge: SpanBridge): () => void {
  current = bridge;
  return () => {
    if (current === bridge) current = undefined;
  };
}

/** The bridge in force. */
export function spanBridge(): SpanBridge | undefined {
  return current;
}

/**
 * Sees an event before the sinks do, in the asynchronous context of what it tells of: where another tracing system knows
 * which of its spans is the current one. It runs on the path of the optimizer: it must be quick and not throw.
 */
export type EventWatch = (event: AnyEvent) => void;

let watch: EventWatch | undefined;

/**
 * Sets who sees events as they happen.
 *
 * @returns a function that takes it away, unless another one took its place
 */
export function setEventWatch(watcher: EventWatch): () => void {
  watch = watcher;
  return () => {
    if (watch === watcher) watch = undefined;
  };
}

/** Who sees events as they happen. */
export function eventWatch(): EventWatch | undefined {
  return watch;
}
