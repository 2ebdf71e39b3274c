import type { SpanType } from '../../contract/events.js';
import { settings } from '../../support/settings.js';
import { shared } from '../../support/shared-state.js';
import { thrownText } from '../../support/snapshot/leaves.js';
import { warn } from '../../support/warnings.js';

/**
 * The ids of a span, in hex digits as OpenTelemetry defines them.
 *
 * @experimental
 */
export interface SpanIds {
  /** Id of the trace: 32 hex digits. */
  readonly traceId: string;
  /** Id of the span: 16 hex digits. */
  readonly spanId: string;
}

/**
 * A span at its start.
 *
 * @experimental
 */
export interface SpanStart {
  /** Name of the span, redacted. */
  readonly name: string;
  /** Type of the span. */
  readonly type: SpanType;
  /** Start in milliseconds since the Unix epoch, with microseconds as the fraction. */
  readonly startTime: number;
  /** The parent span; `null` for the root of a trace. */
  readonly parent: SpanIds | null;
}

/**
 * A span that was begun in another tracing system.
 *
 * @experimental
 */
export interface BridgedSpan extends SpanIds {
  /** For the root of a trace: the span of the other system that it begins in, if there is one. */
  readonly parentSpanId?: string;
  /** Runs `fn` with the span as the current one of the other system, so that the spans of that system become its children. */
  within<T>(fn: () => T): T;
}

/**
 * Begins a span in another tracing system at the moment it begins here. Both systems then use the same ids, and spans that
 * the other system records itself become children. Must be fast, because the program waits for it. If it throws, the error
 * is reported as `AXL_TRACE_BRIDGE` and the span continues here alone. Return `undefined` to begin no span in the other
 * system.
 *
 * @experimental
 */
export type SpanBridge = (start: SpanStart) => BridgedSpan | undefined;

const bridges = shared<{ current?: SpanBridge | undefined }>('span bridge', () => ({}));

/**
 * Sets the bridge to another tracing system. There is one at a time: it replaces an earlier bridge.
 *
 * @returns a function that removes the bridge, unless another one has replaced it
 * @experimental
 */
export function setSpanBridge(bridge: SpanBridge): () => void {
  bridges.current = bridge;
  return () => {
    if (bridges.current === bridge) bridges.current = undefined;
  };
}

/** Returns the current bridge, `undefined` if there is none. */
export function spanBridge(): SpanBridge | undefined {
  return bridges.current;
}

/** Begins a span in the other tracing system, if there is a bridge. Reports an error of the bridge as `AXL_TRACE_BRIDGE`. */
export function bridge(start: SpanStart): BridgedSpan | undefined {
  const begin = spanBridge();
  if (begin === undefined) return undefined;
  try {
    return begin({ ...start, name: settings().redactor.text(start.name) });
  } catch (error) {
    warnBridgeFailed(error);
    return undefined;
  }
}

/** Runs `fn` inside the span of the other system, exactly once, even if that system throws. Returns or throws as `fn` does. */
export function enter<T>(span: BridgedSpan, fn: () => T): T {
  let outcome: { readonly value: T } | { readonly error: unknown } | undefined;
  const run = () => {
    if (outcome !== undefined) return;
    try {
      outcome = { value: fn() };
    } catch (error) {
      outcome = { error };
    }
  };
  try {
    span.within(run);
  } catch (error) {
    warnBridgeFailed(error);
  }
  run();
  const done = outcome as unknown as { readonly value: T } | { readonly error: unknown };
  if ('error' in done) throw done.error;
  return done.value;
}

function warnBridgeFailed(error: unknown): void {
  warn('AXL_TRACE_BRIDGE', `the bridge to another tracing system threw, and the call continued: ${thrownText(error)}`);
}
