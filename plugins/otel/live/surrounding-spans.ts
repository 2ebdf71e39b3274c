import type { SpanContext } from '@opentelemetry/api';
import type { AnyEvent } from 'ax-autolog/sink';
import type { OpenTelemetryApi } from '../load.js';

/** Most spans to remember until the sink receives their event. Far fewer wait in practice. */
const MAX_WAITING = 10_000;
const BEGIN: ReadonlySet<string> = new Set(['onRunStart', 'onCompileStart', 'onEvalStart']);

/** Remembers the user's current span at the start of each run, compile and evaluation. */
export class SurroundingSpans {
  readonly #api: OpenTelemetryApi;
  readonly #contexts = new Map<string, SpanContext>();

  constructor(api: OpenTelemetryApi) {
    this.#api = api;
  }

  /** Records the current span for an event. Must be called where the event happens. Never throws. */
  record(event: AnyEvent): void {
    if (!BEGIN.has(event.type)) return;
    try {
      const context = this.#api.trace.getActiveSpan()?.spanContext();
      if (!context || !this.#api.isSpanContextValid(context)) return;
      this.#contexts.set(keyOf(event), context);
      if (this.#contexts.size > MAX_WAITING) this.#contexts.delete(this.#contexts.keys().next().value ?? '');
    } catch {
      // Without a working context manager there is no current span.
    }
  }

  /** Removes and returns the span that was current when this event happened. */
  take(event: AnyEvent): SpanContext | undefined {
    const key = keyOf(event);
    const context = this.#contexts.get(key);
    this.#contexts.delete(key);
    return context;
  }
}

function keyOf(event: AnyEvent): string {
  return `${event.runId}/${event.seq}`;
}
