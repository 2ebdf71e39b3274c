import type { Json } from '../events.js';

/** Binary content that is written as text (base64) stays in a trace up to this many characters. */
export const BINARY_LIMIT = 4_096;
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;
const DATA_URL = /^data:([^,]{0,200}?)(;base64)?,/i;
/** As much of a text is looked at to tell base64 from words. */
const LOOKED_AT = 512;

/** The mark in place of binary content. */
export function binaryMark(characters: number): string {
  return `[cut: ${characters} characters of base64]`;
}

/** The value with long base64 texts replaced by a mark; the very value where there are none. */
export function cutBinary(value: Json): Json {
  if (typeof value === 'string') return value.length > BINARY_LIMIT ? cutText(value) : value;
  if (typeof value !== 'object' || value === null) return value;
  return Array.isArray(value) ? cutList(value) : cutObject(value as { readonly [key: string]: Json });
}

function cutText(text: string): string {
  const url = DATA_URL.exec(text.slice(0, 256));
  if (url) return `${url[0]}${binaryMark(text.length - url[0].length)}`;
  return BASE64.test(text.slice(0, LOOKED_AT)) && BASE64.test(text.slice(-LOOKED_AT)) ? binaryMark(text.length) : text;
}

function cutList(list: readonly Json[]): Json {
  let cut: Json[] | undefined;
  for (const [i, item] of list.entries()) {
    const kept = cutBinary(item);
    if (kept === item) continue;
    cut ??= [...list];
    cut[i] = kept;
  }
  return cut ?? list;
}

function cutObject(object: { readonly [key: string]: Json }): Json {
  let cut: Record<string, Json> | undefined;
  for (const key of Object.keys(object)) {
    const item = object[key] as Json;
    const kept = cutBinary(item);
    if (kept === item) continue;
    cut ??= { ...object };
    cut[key] = kept;
  }
  return cut ?? object;
}
