interface Flushable {
  flush(): void;
}

/** Flushes journals together, a fixed time after the first of them was added. */
export class FlushTimer {
  readonly #delay: number;
  readonly #waiting = new Set<Flushable>();
  #timer: NodeJS.Timeout | null = null;

  /** @param delay time from the first `add` to the flush, in milliseconds */
  constructor(delay: number) {
    this.#delay = delay;
  }

  /** Schedules a flush of the journal. The timer does not keep the process alive. */
  add(journal: Flushable): void {
    this.#waiting.add(journal);
    if (this.#timer !== null) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.flush();
    }, this.#delay);
    this.#timer.unref();
  }

  /** Cancels the flush of the journal. */
  remove(journal: Flushable): void {
    this.#waiting.delete(journal);
  }

  /** Flushes every scheduled journal now. Each one removes itself. */
  flush(): void {
    for (const journal of [...this.#waiting]) journal.flush();
  }
}
