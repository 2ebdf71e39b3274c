import type { OpenSpan } from './span.js';

/** The root of a trace that waits for the metric's verdict. */
export interface HeldRoot {
  readonly span: OpenSpan;
  /** When the program's call was over: the end of the span, whenever it is told. */
  readonly endTime: number;
  readonly traceId: string;
  /** The trial or evaluation whose metric is to judge it. */
  readonly owner: string;
}

/** The roots of one sink that wait, oldest first. There is room for a number of them; the oldest then ends as it is. */
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

  /** The root of this trace of this owner, if it waits. */
  find(owner: string, traceId: string): HeldRoot | undefined {
    return this.#held.get(keyOf(owner, traceId));
  }

  /** Ends the span at the time at which the call was over. */
  release(root: HeldRoot): void {
    if (this.#held.delete(keyOf(root.owner, root.traceId))) root.span.end(root.endTime);
  }

  /** Nobody judges the traces of this owner any more. */
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
