import { settings } from '../../support/settings.js';
import { thrownText } from '../../support/snapshot/leaves.js';
import { warn } from '../../support/warnings.js';
import { type BridgedSpan, type SpanStart, spanBridge } from './bridge.js';

/** Begins the span in the other tracing system, if there is one. What the bridge throws is reported once. */
export function bridge(start: SpanStart): BridgedSpan | undefined {
  const begin = spanBridge();
  if (begin === undefined) return undefined;
  try {
    return begin({ ...start, name: settings().redactor.text(start.name) });
  } catch (error) {
    report(error);
    return undefined;
  }
}

/** Runs `fn` inside the other system's span, exactly once, even where that fails. Returns or throws as `fn` does. */
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
    report(error);
  }
  run();
  const done = outcome as unknown as { readonly value: T } | { readonly error: unknown };
  if ('error' in done) throw done.error;
  return done.value;
}

function report(error: unknown): void {
  warn('AXL_TRACE_BRIDGE', `the bridge to another tracing system threw and is ignored: ${thrownText(error)}`);
}
