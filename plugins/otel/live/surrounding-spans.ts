import type { SpanContext } from '@opentelemetry/api';
import type { AnyEvent } from 'ax-autolog/sink';
import type { OpenTelemetryApi } from '../load.js';

/** Events that were seen and whose hook has not been called yet: far more than ever wait. */
const MOST = 10_000;
const BEGIN: ReadonlySet<string> = new Set(['onRunStart', 'onCompileStart', 'onEvalStart']);

/** Remembers which span of the user's was the current one when a run, compile or evaluation began. */
export class SurroundingSpans {
  readonly #api: OpenTelemetryApi;
  readonly #seen = new Map<string, SpanContext>();

  constructor(api: OpenTelemetryApi) {
    this.#api = api;
  }

  /** Sees an event where it happens. Never throws. */
  see(event: AnyEvent): void {
    if (!BEGIN.has(event.type)) return;
    try {
      const context = this.#api.trace.getActiveSpan()?.spanContext();
      if (!context || !this.#api.isSpanContextValid(context)) return;
      this.#seen.set(keyOf(event), context);
      if (this.#seen.size > MOST) this.#seen.delete(this.#seen.keys().next().value ?? '');
    } catch {
      // A context manager that fails knows no span.
    }
  }

  /** The span that was current when this event happened. */
  take(event: AnyEvent): SpanContext | undefined {
    const key = keyOf(event);
    const context = this.#seen.get(key);
    this.#seen.delete(key);
    return context;
  }
}

function keyOf(event: AnyEvent): string {
  return `${event.runId}/${event.seq}`;
}
