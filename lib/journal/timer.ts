interface Flushable {
  flush(): void;
}

/** Writes journals out together, some time after the first of them asked for it. */
export class FlushTimer {
  readonly #delay: number;
  readonly #waiting = new Set<Flushable>();
  #timer: NodeJS.Timeout | null = null;

  /** @param delay in milliseconds */
  constructor(delay: number) {
    this.#delay = delay;
  }

  add(journal: Flushable): void {
    this.#waiting.add(journal);
    if (this.#timer !== null) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.flush();
    }, this.#delay);
    this.#timer.unref();
  }

  remove(journal: Flushable): void {
    this.#waiting.delete(journal);
  }

  flush(): void {
    for (const journal of [...this.#waiting]) journal.flush();
  }
}
