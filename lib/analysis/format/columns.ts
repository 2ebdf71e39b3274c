import type { Json } from '../../contract/events.js';

/** Name of the column for the members of a row that have no column of their own, as one JSON object. */
export const OTHER_COLUMN = '(other fields)';

/** Most columns of a table. Examples whose fields all differ would otherwise make rows times fields of cells. */
const MAX_COLUMNS = 1_000;

/**
 * The columns of a table whose rows bring columns with them. It has at most 1,000 of them, `(other fields)` included.
 *
 * @experimental
 */
export class Columns {
  readonly #names: string[];
  readonly #known: Set<string>;

  /** @param known the first columns, which it always has */
  constructor(known: Iterable<string>) {
    this.#known = new Set(known);
    this.#names = [...this.#known];
  }

  /** Names of the columns, in order of appearance. */
  get names(): readonly string[] {
    return this.#names;
  }

  /**
   * Adds the columns of a row's members while there is room.
   *
   * @returns the members, with those that have no column gathered in `(other fields)`
   */
  fit(members: readonly (readonly [string, Json | undefined])[]): readonly (readonly [string, Json | undefined])[] {
    if (members.every(([name]) => this.#takes(name))) return members;
    const others = members.filter(([name]) => !this.#known.has(name));
    this.#add(OTHER_COLUMN);
    return [...members.filter(([name]) => this.#known.has(name)), [OTHER_COLUMN, gathered(others)]];
  }

  #takes(name: string): boolean {
    if (this.#known.has(name)) return true;
    if (this.#names.length >= MAX_COLUMNS - 1) return false;
    this.#add(name);
    return true;
  }

  #add(name: string): void {
    if (this.#known.has(name)) return;
    this.#known.add(name);
    this.#names.push(name);
  }
}

function gathered(members: readonly (readonly [string, Json | undefined])[]): Json {
  return Object.fromEntries(members.map(([name, value]) => [name, value ?? null]));
}
