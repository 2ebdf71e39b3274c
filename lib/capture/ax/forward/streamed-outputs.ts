import { isObject, safeGet } from '../../observe/inspect.js';

type Values = Record<string, unknown>;

/**
 * The values of a stream of ax's deltas (`{ version, index, delta }`), put together as ax does it: texts and lists grow,
 * anything else is replaced, and a new version begins anew.
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
    for (const key of Object.keys(delta)) values[key] = grown(values[key], delta[key]);
  }

  /** Of each sample; of the only one, where there is one; `undefined` where nothing came. */
  get values(): unknown {
    const all = [...this.#samples.values()];
    return all.length > 1 ? all : all[0];
  }
}

function grown(before: unknown, more: unknown): unknown {
  if (typeof before === 'string' && typeof more === 'string') return before + more;
  if (Array.isArray(before) && Array.isArray(more)) return [...(before as unknown[]), ...(more as unknown[])];
  return more;
}
