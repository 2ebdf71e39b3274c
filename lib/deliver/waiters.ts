import { covers, type Position } from '../journal/position.js';

interface Waiter {
  readonly target: Position;
  readonly resolve: () => void;
}

/** Promises that resolve when a journal is delivered up to a position. */
export class Waiters {
  #waiters: readonly Waiter[] = [];

  get isEmpty(): boolean {
    return this.#waiters.length === 0;
  }

  /** Resolves when `release` is called with a position at or after `target`, or when all waiters are released. */
  wait(target: Position): Promise<void> {
    return new Promise((resolve) => {
      this.#waiters = [...this.#waiters, { target, resolve }];
    });
  }

  /** Releases everyone who waits for `reached` or an earlier position. */
  release(reached: Position): void {
    this.#release(({ target }) => covers(reached, target));
  }

  releaseAll(): void {
    this.#release(() => true);
  }

  /** Returns a function that releases the waiters of this moment, but not those added later. */
  snapshot(): () => void {
    const waiting = new Set(this.#waiters);
    return () => this.#release((waiter) => waiting.has(waiter));
  }

  #release(isDone: (waiter: Waiter) => boolean): void {
    const done = this.#waiters.filter(isDone);
    if (done.length === 0) return;
    this.#waiters = this.#waiters.filter((waiter) => !done.includes(waiter));
    for (const { resolve } of done) resolve();
  }
}
