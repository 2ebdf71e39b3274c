import type { AnyEvent } from 'ax-autolog/sink';
import { RunSpans } from './run-spans.js';
import type { TraceWriterContext } from './trace-writer.js';

/** Writes the spans of all runs that have open ones. */
export class RunBook {
  readonly #context: TraceWriterContext;
  readonly #runs = new Map<string, RunSpans>();
  #last = 0;

  constructor(context: TraceWriterContext) {
    this.#context = context;
  }

  take(event: AnyEvent): void {
    this.#last = event.time;
    const spans = this.#runs.get(event.runId) ?? new RunSpans(event.runId, this.#context);
    spans.take(event);
    if (spans.isIdle) this.#runs.delete(event.runId);
    else this.#runs.set(event.runId, spans);
  }

  /** Forgets a run without ending its spans, because they are written again. */
  forget(runId: string): void {
    this.#runs.delete(runId);
  }

  /** Ends all open spans at the time of the last event. */
  close(): void {
    this.#context.held.releaseAll();
    for (const spans of this.#runs.values()) spans.close(this.#last);
    this.#runs.clear();
  }
}
