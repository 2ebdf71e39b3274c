import type { AnyEvent } from 'ax-autolog/sink';
import { NameBook } from './names.js';

/**
 * Where a compile's files go. The first compile of a run has the run's folder to itself; later ones prefix their params,
 * datasets and best program with `compile_1/`, `compile_2/`, …
 */
export class Places {
  readonly #names = new NameBook();

  /** `''` or `compile_1/`. */
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

/** A time in milliseconds since the epoch as ISO 8601 in UTC. */
export function isoTime(time: number): string {
  return Number.isFinite(time) ? new Date(time).toISOString() : '';
}
