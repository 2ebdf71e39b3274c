import type { Position } from '../journal/position.js';

interface Begun {
  readonly batch: number;
  /** Position before the batch. */
  readonly position: Position;
}

/** Where batches begin that a sink may hold back: it has had them, and has not written all that is in them. */
export class HeldBatches {
  #begun: Begun[] = [];
  #count = 0;
  #heldFrom: number | null = null;

  /** A batch is about to be handed over; gives its number. */
  begin(position: Position): number {
    this.#heldFrom = null;
    const batch = this.#count;
    this.#count += 1;
    this.#begun.push({ batch, position });
    return batch;
  }

  /** The sink asks that the position stays before that batch. */
  hold(batch: number): void {
    this.#heldFrom = Math.min(batch, this.#heldFrom ?? batch);
  }

  /** The batch has resolved: what was not held again is let go. */
  settle(): void {
    const from = this.#heldFrom;
    this.#begun = from === null ? [] : this.#begun.filter(({ batch }) => batch >= from);
  }

  /** The position to save when everything before `reached` was handed over. */
  savable(reached: Position): Position {
    return this.#begun[0]?.position ?? reached;
  }

  /** Everything comes again from a saved position. */
  reset(): void {
    this.#begun = [];
  }
}
