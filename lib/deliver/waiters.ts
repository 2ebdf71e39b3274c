import { covers, type Position } from '../journal/position.js';

/** Someone who waits until a journal is delivered up to a position. */
interface Waiter {
  readonly target: Position;
  readonly resolve: () => void;
}

/** Those who wait for a feed. */
export class Waiters {
  #waiters: readonly Waiter[] = [];

  get isEmpty(): boolean {
    return this.#waiters.length === 0;
  }

  /** Resolves when they are released from a position at or behind `target`, or all together. */
  wait(target: Position): Promise<void> {
    return new Promise((resolve) => {
      this.#waiters = [...this.#waiters, { target, resolve }];
    });
  }

  /** Everything is delivered up to this position. */
  release(reached: Position): void {
    this.#release(({ target }) => covers(reached, target));
  }

  releaseAll(): void {
    this.#release(() => true);
  }

  /** Returns a function that releases those who wait now, and nobody who comes later. */
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
