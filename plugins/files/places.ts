import type { AnyEvent } from 'ax-autolog/sink';
import { UniqueNames } from './names.js';

/**
 * Assigns each compile its folder. The first compile of a run uses the run's folder; params, datasets and best program of
 * later compiles are in `compile_1/`, `compile_2/`, …
 */
export class Places {
  readonly #names = new UniqueNames();

  /** Returns the compile's folder: `''` for the first, `compile_1/` and so on for later ones. */
  ofCompile(event: AnyEvent): string {
    const id = event.compileId ?? '';
    const known = this.#names.get(id);
    if (known !== undefined) return prefix(known);
    const index = event.type === 'onCompileStart' ? event.data.index : 0;
    return prefix(this.#names.assign(id, `compile_${index}`));
  }
}

function prefix(name: string): string {
  return name === 'compile_0' ? '' : `${name}/`;
}

/** Returns a time in milliseconds since the epoch as ISO 8601 in UTC; `''` if it is not finite. */
export function isoTime(time: number): string {
  return Number.isFinite(time) ? new Date(time).toISOString() : '';
}
