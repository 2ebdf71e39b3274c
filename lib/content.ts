import { hash } from 'node:crypto';
import type { Json } from './events.js';
import { snapshot } from './snapshot.js';

/** JSON with sorted keys: equal values give equal text whatever the order in which they were built. */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const object = value as { readonly [key: string]: Json };
  const members = Object.keys(object)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(object[key] ?? null)}`);
  return `{${members.join(',')}}`;
}

/** First `digits` hex digits of the SHA-256 of the value's canonical JSON. */
export function contentHash(value: Json, digits: number): string {
  return hash('sha256', canonicalJson(value), 'hex').slice(0, digits);
}

const exampleIds = new WeakMap<object, string>();

/**
 * Identity of an example by content: 16 hex digits, equal for equal examples. An object is hashed the first time it is
 * seen and not again.
 */
export function exampleId(example: unknown): string {
  if (example === null || typeof example !== 'object') return contentHash(snapshot(example), 16);
  let id = exampleIds.get(example);
  if (id === undefined) {
    id = contentHash(snapshot(example), 16);
    exampleIds.set(example, id);
  }
  return id;
}
