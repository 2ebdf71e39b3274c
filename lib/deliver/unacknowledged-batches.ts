import type { Position } from '../journal/position.js';

interface Begun {
  readonly batch: number;
  /** Position before the batch. */
  readonly position: Position;
}

/** Batches that a sink has received but may not have written completely, with the position before each. */
export class UnacknowledgedBatches {
  #begun: Begun[] = [];
  #count = 0;
  #heldFrom: number | null = null;

  /** Begins to hand a batch over. Returns its number. */
  begin(position: Position): number {
    this.#heldFrom = null;
    const batch = this.#count;
    this.#count += 1;
    this.#begun.push({ batch, position });
    return batch;
  }

  /** Keeps the saved position before that batch. */
  hold(batch: number): void {
    this.#heldFrom = Math.min(batch, this.#heldFrom ?? batch);
  }

  /** The batch has resolved: releases those that were not held again. */
  acknowledge(): void {
    const from = this.#heldFrom;
    this.#begun = from === null ? [] : this.#begun.filter(({ batch }) => batch >= from);
  }

  /** Returns the position to save when everything before `reached` was handed over. */
  savable(reached: Position): Position {
    return this.#begun[0]?.position ?? reached;
  }

  /** Delivery begins anew from a saved position. */
  reset(): void {
    this.#begun = [];
  }
}
