import type { Json } from '../../contract/events.js';
import { settings } from '../../support/settings.js';
import { snapshot } from '../../support/snapshot/snapshot.js';

/** Base64 content of up to this many characters stays in a trace. */
export const BINARY_LIMIT = 4_096;
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;
const DATA_URL = /^data:([^,]{0,200}?)(;base64)?,/i;
/** An object with one of these keys may have binary content. */
const MEDIA: ReadonlySet<string> = new Set(['mimeType', 'mime_type', 'mediaType', 'media_type', 'format']);
/** Characters at either end of a text that decide whether it is base64. */
const SAMPLE_CHARS = 512;

/** Returns the text that replaces binary content of this many base64 characters. */
export function binaryMark(characters: number): string {
  return `[cut: ${characters} characters of base64]`;
}

/**
 * Returns the value with long binary content replaced by a mark: `data:` URLs, and base64 next to a MIME type or format.
 * Keeps long texts that merely look like base64, such as a genome. Returns the value itself if there is nothing to replace.
 */
function cutBinary(value: Json): Json {
  if (typeof value === 'string') return value.length > BINARY_LIMIT ? cutUrl(value) : value;
  if (typeof value !== 'object' || value === null) return value;
  return Array.isArray(value) ? cutList(value) : cutObject(value as { readonly [key: string]: Json });
}

function cutUrl(text: string): string {
  const url = DATA_URL.exec(text.slice(0, 256));
  return url ? `${url[0]}${binaryMark(text.length - url[0].length)}` : text;
}

function cutMedia(value: Json): Json {
  if (typeof value !== 'string' || value.length <= BINARY_LIMIT) return cutBinary(value);
  const isBase64 = BASE64.test(value.slice(0, SAMPLE_CHARS)) && BASE64.test(value.slice(-SAMPLE_CHARS));
  return isBase64 ? binaryMark(value.length) : cutUrl(value);
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
  const keys = Object.keys(object);
  const cutItem = keys.some((key) => MEDIA.has(key)) ? cutMedia : cutBinary;
  for (const key of keys) {
    const item = object[key] as Json;
    const kept = cutItem(item);
    if (kept === item) continue;
    cut ??= { ...object };
    cut[key] = kept;
  }
  return cut ?? object;
}

/**
 * Returns a copy of the value without long binary content. Secrets stay in it until the trace is recorded, so that secrets
 * learned in the meantime are redacted as well.
 */
export function keepContent(value: unknown): Json {
  return cutBinary(snapshot(value));
}

/** Returns the inputs of a span as `copy` makes them, or `null` if inputs are not captured. */
export function keepInputs(copy: () => unknown): Json {
  return settings().capture.inputs ? (copy() as Json) : null;
}

/** Returns `copy`, or else a copy of `outputs`; `null` if outputs are not captured. */
export function keepOutputs(copy: unknown, outputs: unknown): Json {
  if (!settings().capture.outputs) return null;
  if (copy !== undefined) return copy as Json;
  return outputs === undefined ? null : keepContent(outputs);
}
