import { isObject, safeGet } from '../../observe/inspect.js';

type Values = Record<string, unknown>;

/**
 * The values of a stream of ax's deltas (`{ version, index, delta }`), assembled as in ax: strings and arrays are appended,
 * other values replaced, and a new version starts from empty values.
 */
export class StreamedOutputs {
  #version: unknown;
  #samples = new Map<unknown, Values>();

  take(chunk: unknown): void {
    const delta = safeGet(chunk, 'delta');
    if (!isObject(delta)) return;
    const version = safeGet(chunk, 'version');
    if (version !== this.#version) this.#samples = new Map();
    this.#version = version;
    const index = safeGet(chunk, 'index');
    const values = this.#samples.get(index) ?? {};
    this.#samples.set(index, values);
    for (const key of Object.keys(delta)) values[key] = appended(values[key], delta[key]);
  }

  /** The values of each sample, or those of the only one; `undefined` if there was no delta. */
  get values(): unknown {
    const all = [...this.#samples.values()];
    return all.length > 1 ? all : all[0];
  }
}

function appended(before: unknown, more: unknown): unknown {
  if (typeof before === 'string' && typeof more === 'string') return before + more;
  if (Array.isArray(before) && Array.isArray(more)) return [...(before as unknown[]), ...(more as unknown[])];
  return more;
}
