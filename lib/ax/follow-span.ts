import type { Span } from '../traces/span.js';
import { tieTo } from '../traces/ties.js';
import { statusOf } from './errors.js';
import { observe } from './promises.js';
import { safely } from './safely.js';

/** Runs a call inside its span and ends the span when it settles. */
export function followSpan(span: Span, run: () => unknown): unknown {
  const end = (error: unknown, value: unknown, failed: boolean) =>
    safely(() => {
      if (span.parent === null) tieTo(span.trace.traceId, failed ? error : value);
      span.end(failed ? { status: statusOf(error), error } : { status: 'finished', outputs: value ?? null });
    });
  let value: unknown;
  try {
    value = span.within(run);
  } catch (error) {
    end(error, undefined, true);
    throw error;
  }
  return observe(value, end);
}
