/** Assigns a unique name to each id. If another id has the name already, `-2`, `-3`, … is added. */
export class UniqueNames {
  readonly #byId = new Map<string, string>();
  readonly #taken = new Set<string>();

  get(id: string): string | undefined {
    return this.#byId.get(id);
  }

  /** Assigns a name to `id`. If `id` had another name, that name becomes free. */
  assign(id: string, wanted: string): string {
    const current = this.#byId.get(id);
    if (current === wanted) return current;
    if (current !== undefined) this.#taken.delete(sameName(current));
    let name = wanted;
    for (let n = 2; this.#taken.has(sameName(name)); n += 1) name = `${wanted}-${n}`;
    this.#taken.add(sameName(name));
    this.#byId.set(id, name);
    return name;
  }
}

/**
 * Returns the same text for all names that some file system takes for one: Windows and macOS ignore case, macOS also how
 * a letter with an accent is encoded.
 */
export function sameName(name: string): string {
  return name.normalize('NFC').toUpperCase().toLowerCase();
}
