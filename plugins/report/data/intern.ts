/** Values that are kept once, in order of first appearance, and named by their position. */
export class Interned<T> {
  readonly #positions = new Map<string, number>();
  readonly #kept: T[] = [];

  /** Position of a value: that of the one with the same key, if there is one. */
  add(key: string, make: () => T): number {
    const known = this.#positions.get(key);
    if (known !== undefined) return known;
    const position = this.#kept.push(make()) - 1;
    this.#positions.set(key, position);
    return position;
  }

  /** Position of the value with this key. */
  find(key: string): number | undefined {
    return this.#positions.get(key);
  }

  get values(): readonly T[] {
    return this.#kept;
  }
}
