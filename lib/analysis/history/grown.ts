/** A list that grows, and is seen as it stood: two views of the same length are one. */
export class Grown<T> {
  readonly #items: T[] = [];
  #view: readonly T[] = [];

  push(item: T): void {
    this.#items.push(item);
  }

  view(): readonly T[] {
    if (this.#view.length !== this.#items.length) this.#view = [...this.#items];
    return this.#view;
  }
}
