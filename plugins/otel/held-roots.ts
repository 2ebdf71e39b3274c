import type { OpenSpan } from './span.js';

/** The root span of a trace that waits for the metric's score. */
export interface HeldRoot {
  readonly span: OpenSpan;
  /** When the program's call ended, in milliseconds. The span ends at this time, however late the score arrives. */
  readonly endTime: number;
  readonly traceId: string;
  /** The trial or evaluation whose metric scores it. */
  readonly owner: string;
}

/** Holds the root spans that wait for a score. When there are more than `limit`, the oldest ends without one. */
export class HeldRoots {
  readonly #held = new Map<string, HeldRoot>();
  readonly #limit: number;
  readonly #onFull: () => void;

  constructor(limit: number, onFull: () => void) {
    this.#limit = limit;
    this.#onFull = onFull;
  }

  hold(root: HeldRoot): void {
    const key = keyOf(root.owner, root.traceId);
    const other = this.#held.get(key);
    if (other) this.release(other);
    this.#held.set(key, root);
    if (this.#held.size <= this.#limit) return;
    const [oldest] = this.#held.values();
    if (oldest) this.release(oldest);
    this.#onFull();
  }

  /** Returns the root of this trace of this owner, if it is held. */
  find(owner: string, traceId: string): HeldRoot | undefined {
    return this.#held.get(keyOf(owner, traceId));
  }

  /** Ends the span at the time at which the call ended. */
  release(root: HeldRoot): void {
    if (this.#held.delete(keyOf(root.owner, root.traceId))) root.span.end(root.endTime);
  }

  /** Ends the roots of an owner, which will not score them any more. */
  releaseAllOf(owner: string): void {
    for (const root of this.#held.values()) if (root.owner === owner) this.release(root);
  }

  releaseAll(): void {
    for (const root of this.#held.values()) this.release(root);
  }
}

function keyOf(owner: string, traceId: string): string {
  return `${owner}\n${traceId}`;
}
