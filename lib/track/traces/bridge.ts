import type { SpanType } from '../../contract/events.js';
import { settings } from '../../support/settings.js';
import { shared } from '../../support/shared-state.js';
import { thrownText } from '../../support/snapshot/leaves.js';
import { warn } from '../../support/warnings.js';

/**
 * Ids of a span as OpenTelemetry has them, in hex digits: 32 for a trace, 16 for a span.
 *
 * @experimental
 */
export interface SpanIds {
  readonly traceId: string;
  readonly spanId: string;
}

/**
 * What is known of a span when it begins.
 *
 * @experimental
 */
export interface SpanStart {
  readonly name: string;
  readonly type: SpanType;
  /** Milliseconds since the Unix epoch, with microseconds as fraction. */
  readonly startTime: number;
  /** The span it begins in; `null` for a root. */
  readonly parent: SpanIds | null;
}

/**
 * A span as another tracing system has begun it.
 *
 * @experimental
 */
export interface BridgedSpan extends SpanIds {
  /** For a root: the span of that system in which it begins, if there is one. */
  readonly parentSpanId?: string;
  /** Runs `fn` where that system sees the span as the current one, so that its own spans become children. */
  within<T>(fn: () => T): T;
}

/**
 * Begins spans in another tracing system at the moment they begin, so that both have the same ids and what that system
 * itself records lies inside. It runs on the path of the program: it must be quick; what it throws is reported and the
 * span goes on without it. If it returns `undefined`, the other system has no such span.
 *
 * @experimental
 */
export type SpanBridge = (start: SpanStart) => BridgedSpan | undefined;

const bridges = shared<{ current?: SpanBridge | undefined }>('span bridge', () => ({}));

/**
 * Sets the bridge that spans begin through.
 *
 * @returns a function that removes it, unless another one took its place
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
