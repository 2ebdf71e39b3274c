import type { Position } from '../journal/position.js';

interface BegunBatch {
  readonly batch: number;
  /** Position before the batch. */
  readonly position: Position;
}

/** Batches that a sink has received but may not have written completely, with the position before each. */
export class UnacknowledgedBatches {
  #begun: BegunBatch[] = [];
  #count = 0;
  #heldFrom: number | null = null;

  /** Adds the batch that is delivered next. Returns its number. */
  begin(position: Position): number {
    this.#heldFrom = null;
    const batch = this.#count;
    this.#count += 1;
    this.#begun.push({ batch, position });
    return batch;
  }

  /** Keeps the saved position before a batch. */
  hold(batch: number): void {
    this.#heldFrom = Math.min(batch, this.#heldFrom ?? batch);
  }

  /** Removes the batches that were not held while the latest one was delivered. Called when that one has resolved. */
  acknowledge(): void {
    const from = this.#heldFrom;
    this.#begun = from === null ? [] : this.#begun.filter(({ batch }) => batch >= from);
  }

  /** Returns the position to save once everything before `reached` is delivered. */
  savable(reached: Position): Position {
    return this.#begun[0]?.position ?? reached;
  }

  /** Removes all batches. Called when delivery restarts from a saved position. */
  reset(): void {
    this.#begun = [];
  }
}
