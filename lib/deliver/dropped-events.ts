import type { SinkWarning } from './breaker.js';

/** Counts the events dropped for one sink, and reports them. */
export class DroppedEvents {
  readonly #sink: string;
  readonly #warn: SinkWarning;
  #count = 0;

  /** @param sink name of the sink */
  constructor(sink: string, warn: SinkWarning) {
    this.#sink = sink;
    this.#warn = warn;
  }

  /** Counts one dropped event. Reports the first with `code`, which names the reason. */
  addOne(code: string): void {
    this.#count += 1;
    if (this.#count > 1) return;
    this.#warn(this.#sink, code, `sink '${this.#sink}' is too slow. Its events are dropped and counted.`);
  }

  /** Counts events that were dropped for a reason already reported. */
  add(count: number): void {
    this.#count += count;
  }

  /** Reports the number of dropped events, unless it is 0, and resets it. */
  report(): void {
    const count = this.#count;
    this.#count = 0;
    if (count === 0) return;
    const message = `${count} events were dropped for sink '${this.#sink}'. A journal, if there is one, has them.`;
    this.#warn(this.#sink, 'AXL_QUEUE_FULL', message, count);
  }
}
