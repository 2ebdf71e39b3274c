import type { CandidateData, Json, JsonObject, Status } from '../../contract/events.js';

/**
 * Checked reads of event data. A value whose blob is missing is `null`, a number that JSON cannot hold is a string, and
 * a line that somebody edited may hold anything.
 */

/** Returns a finite number, else `null`. */
export function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** Returns a string, else `fallback`. */
export function textOf<F>(value: unknown, fallback: F): string | F {
  return typeof value === 'string' ? value : fallback;
}

/** Returns an array, else an empty one. */
export function listOf<T>(value: readonly T[] | null | undefined): readonly T[] {
  return Array.isArray(value) ? value : [];
}

/** Returns an object, else an empty one. Arrays do not count as objects. */
export function objectOf<T extends JsonObject | { readonly [key: string]: string }>(value: T | null | undefined): T {
  return isObject(value) ? value : ({} as T);
}

/** Returns a JSON value; `null` for `undefined`. */
export function jsonOf(value: Json | undefined): Json {
  return value === undefined ? null : value;
}

/** Returns whether a value is an object, but no array. */
export function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const STATUSES: readonly unknown[] = ['finished', 'failed', 'cancelled'] satisfies Status[];

/** Returns a status; `failed` for a value that is none. */
export function statusOf(value: unknown): Status {
  return STATUSES.includes(value) ? (value as Status) : 'failed';
}

/** Returns the finite scores by objective; `undefined` for a value that is no object. */
export function scoresOf(value: unknown): { readonly [objective: string]: number } | undefined {
  if (!isObject(value)) return undefined;
  const members = Object.entries(value).filter(([, score]) => numberOf(score) !== null);
  return Object.fromEntries(members) as { [objective: string]: number };
}

/** Returns a candidate with all its members; `null` if it has no id. */
export function candidateOf(value: CandidateData | null | undefined): CandidateData | null {
  if (!isObject(value) || typeof value.id !== 'string') return null;
  const { texts, demos, parents, withheld } = value;
  const isWithheldList = withheld === undefined || Array.isArray(withheld);
  if (isObject(texts) && Array.isArray(demos) && Array.isArray(parents) && isWithheldList) return value;
  const lists = { demos: listOf(demos), parents: listOf(parents), withheld: listOf(withheld) };
  return { ...value, texts: objectOf(texts), ...lists };
}

/** Append-only list; `view()` returns the same array until something is pushed. */
export class AppendOnlyList<T> {
  readonly #items: T[] = [];
  #view: readonly T[] = [];

  /** Appends an item. */
  push(item: T): void {
    this.#items.push(item);
  }

  /** Returns the items so far. */
  view(): readonly T[] {
    if (this.#view.length !== this.#items.length) this.#view = [...this.#items];
    return this.#view;
  }
}
