import type { CandidateData, Json, JsonObject, Status } from '../../contract/events.js';

/**
 * What an event says, taken with care: a value whose blob is gone is `null`, a number that JSON cannot hold is a text, and
 * a line that somebody edited may hold anything.
 */

/** A finite number, else `null`. */
export function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** A text, else `fallback`. */
export function textOf<F>(value: unknown, fallback: F): string | F {
  return typeof value === 'string' ? value : fallback;
}

/** A list, else an empty one. */
export function listOf<T>(value: readonly T[] | null | undefined): readonly T[] {
  return Array.isArray(value) ? value : [];
}

/** A plain object, else an empty one. */
export function objectOf<T extends JsonObject | { readonly [key: string]: string }>(value: T | null | undefined): T {
  return isObject(value) ? value : ({} as T);
}

/** Any JSON value; `null` for one that is not there. */
export function jsonOf(value: Json | undefined): Json {
  return value === undefined ? null : value;
}

/** Whether a value has members. */
export function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const STATUSES: readonly unknown[] = ['finished', 'failed', 'cancelled'] satisfies Status[];

/** How something ended; `failed` where that is not legible. */
export function statusOf(value: unknown): Status {
  return STATUSES.includes(value) ? (value as Status) : 'failed';
}

/** A mean for each objective, without those that are no numbers; `undefined` where there are none. */
export function scoresOf(value: unknown): { readonly [objective: string]: number } | undefined {
  if (!isObject(value)) return undefined;
  const members = Object.entries(value).filter(([, score]) => numberOf(score) !== null);
  return Object.fromEntries(members) as { [objective: string]: number };
}

/** A candidate with all its members; `null` where not even its id is known. */
export function candidateOf(value: CandidateData | null | undefined): CandidateData | null {
  if (!isObject(value) || typeof value.id !== 'string') return null;
  const { texts, demos, parents } = value;
  if (isObject(texts) && Array.isArray(demos) && Array.isArray(parents)) return value;
  return { ...value, texts: objectOf(texts), demos: listOf(demos), parents: listOf(parents) };
}

/** Append-only list; `view()` returns the same array until something is pushed. */
export class AppendOnlyList<T> {
  readonly #items: T[] = [];
  #view: readonly T[] = [];

  push(item: T): void {
    this.#items.push(item);
  }

  view(): readonly T[] {
    if (this.#view.length !== this.#items.length) this.#view = [...this.#items];
    return this.#view;
  }
}
