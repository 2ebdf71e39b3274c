/** Runs actions of one name one after the other, those of different names at once. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Runs the action when those of that name before it have settled. Settles as the action does. */
  take<T>(name: string, action: () => Promise<T>): Promise<T> {
    const result = (this.#last.get(name) ?? Promise.resolve()).then(action);
    const settled = result.then(
      () => undefined,
      () => undefined,
    );
    this.#last.set(name, settled);
    void settled.then(() => {
      if (this.#last.get(name) === settled) this.#last.delete(name);
    });
    return result;
  }
}
