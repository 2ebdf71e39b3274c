/** Keeps each value once, in order of first appearance, and refers to it by its position. */
export class Interned<T> {
  readonly #positions = new Map<string, number>();
  readonly #kept: T[] = [];

  /** Returns the position of the value with this key. Calls `make` if there is none yet. */
  add(key: string, make: () => T): number {
    const known = this.#positions.get(key);
    if (known !== undefined) return known;
    const position = this.#kept.push(make()) - 1;
    this.#positions.set(key, position);
    return position;
  }

  /** Returns the position of the value with this key, if there is one. */
  find(key: string): number | undefined {
    return this.#positions.get(key);
  }

  get values(): readonly T[] {
    return this.#kept;
  }
}
