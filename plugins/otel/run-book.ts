import type { AnyEvent } from 'ax-autolog/sink';
import { RunSpans } from './run-spans.js';
import type { TraceSurroundings } from './trace-writer.js';

/** The runs whose spans are being made. */
export class RunBook {
  readonly #untracked: TraceSurroundings;
  readonly #runs = new Map<string, RunSpans>();
  #last = 0;

  constructor(untracked: TraceSurroundings) {
    this.#untracked = untracked;
  }

  take(event: AnyEvent): void {
    this.#last = event.time;
    const spans = this.#runs.get(event.runId) ?? new RunSpans(event.runId, this.#untracked);
    spans.take(event);
    if (spans.isIdle) this.#runs.delete(event.runId);
    else this.#runs.set(event.runId, spans);
  }

  /** Forgets a run without a word: what was made of it is made again. */
  forget(runId: string): void {
    this.#runs.delete(runId);
  }

  /** Ends all that is open, at the time of the last event. */
  close(): void {
    this.#untracked.held.releaseAll();
    for (const spans of this.#runs.values()) spans.close(this.#last);
    this.#runs.clear();
  }
}
