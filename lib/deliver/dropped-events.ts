import type { SinkWarning } from './breaker.js';

/** Counts the events that one sink missed, and reports them. */
export class DroppedEvents {
  readonly #sink: string;
  readonly #warn: SinkWarning;
  #count = 0;

  /** @param sink name of the sink */
  constructor(sink: string, warn: SinkWarning) {
    this.#sink = sink;
    this.#warn = warn;
  }

  /** Adds an event and, if it is the first, reports why it was dropped. */
  addOne(code: string): void {
    this.#count += 1;
    if (this.#count > 1) return;
    this.#warn(this.#sink, code, `sink '${this.#sink}' does not keep up: events for it are dropped and counted`);
  }

  /** Adds events whose cause was reported already. */
  add(count: number): void {
    this.#count += count;
  }

  /** Reports the total, if there is one, and begins anew. */
  report(): void {
    const count = this.#count;
    this.#count = 0;
    if (count === 0) return;
    const message = `sink '${this.#sink}' missed ${count} events; the journal has them`;
    this.#warn(this.#sink, 'AXL_QUEUE_FULL', message, count);
  }
}
