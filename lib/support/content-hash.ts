import { hash } from 'node:crypto';
import type { Json } from '../contract/events.js';
import { snapshot } from './snapshot/snapshot.js';

const MAX_DEPTH = 64;

/** Returns JSON with sorted keys, so that equal values give equal text in whatever order they were built. */
export function canonicalJson(value: Json): string {
  return isCanonical(value, MAX_DEPTH) ? JSON.stringify(value) : sortedJson(value);
}

function sortedJson(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(sortedJson).join(',')}]`;
  const object = value as { readonly [key: string]: Json };
  const members = Object.keys(object)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${sortedJson(object[key] ?? null)}`);
  return `{${members.join(',')}}`;
}

/** Most values are plain JSON with sorted keys already, and one native `JSON.stringify` then writes them. */
function isCanonical(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0);
  if (value === null || typeof value === 'boolean') return true;
  if (typeof value !== 'object' || depth === 0) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (Array.isArray(value)) {
    if (prototype !== Array.prototype) return false;
    for (let i = 0; i < value.length; i += 1) if (!isCanonical(value[i], depth - 1)) return false;
    return true;
  }
  if (prototype !== Object.prototype && prototype !== null) return false;
  let last = '';
  for (const key of Object.keys(value)) {
    if (key < last || !key.isWellFormed()) return false;
    if (!isCanonical((value as Record<string, unknown>)[key], depth - 1)) return false;
    last = key;
  }
  return true;
}

/** Returns the first `digits` hex digits of the SHA-256 of the value's canonical JSON. */
export function contentHash(value: Json, digits: number): string {
  return digest(canonicalJson(value), digits);
}

function digest(json: string, digits: number): string {
  return hash('sha256', json, 'hex').slice(0, digits);
}

const exampleIds = new WeakMap<object, string>();

/**
 * Returns the id of an example: 16 hex digits of its content hash, so equal examples have equal ids. Each object is hashed
 * once; changing it later does not change its id.
 */
export function exampleId(example: unknown): string {
  if (example === null || typeof example !== 'object') return contentHash(snapshot(example), 16);
  let id = exampleIds.get(example);
  if (id === undefined) {
    id = hashExample(example);
    exampleIds.set(example, id);
  }
  return id;
}

function hashExample(example: object): string {
  try {
    if (isCanonical(example, MAX_DEPTH)) return digest(JSON.stringify(example), 16);
  } catch {
    // A getter or Proxy threw. The snapshot below records that instead of throwing.
  }
  return contentHash(snapshot(example), 16);
}
