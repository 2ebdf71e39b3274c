import type { Span } from '@opentelemetry/api';
import type { OpenTelemetryApi } from '../load.js';

/**
 * Runs `fn` once with `span` as the current one. Whatever the context manager does, the caller gets what `fn` returned or
 * threw.
 */
export function runWithin<T>(api: OpenTelemetryApi, span: Span, fn: () => T, onProblem: (error: unknown) => void): T {
  let outcome: { readonly value: T } | { readonly thrown: unknown } | undefined;
  const once = (): void => {
    if (outcome) return;
    try {
      outcome = { value: fn() };
    } catch (thrown) {
      outcome = { thrown };
    }
  };
  try {
    const { context, trace } = api;
    context.with(trace.setSpan(context.active(), span), once);
  } catch (error) {
    onProblem(error);
  }
  once();
  const done = outcome as unknown as { readonly value: T } | { readonly thrown: unknown };
  if ('thrown' in done) throw done.thrown;
  return done.value;
}
