import type { Json } from '../../contract/events.js';
import { settings } from '../../support/settings.js';
import { snapshot } from '../../support/snapshot/snapshot.js';

/** Binary content that is written as text (base64) stays in a trace up to this many characters. */
export const BINARY_LIMIT = 4_096;
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;
const DATA_URL = /^data:([^,]{0,200}?)(;base64)?,/i;
/** What an object with binary content says of it. */
const MEDIA: ReadonlySet<string> = new Set(['mimeType', 'mime_type', 'mediaType', 'media_type', 'format']);
/** As much of a text is looked at to tell base64 from words. */
const LOOKED_AT = 512;

/** The mark in place of binary content. */
export function binaryMark(characters: number): string {
  return `[cut: ${characters} characters of base64]`;
}

/**
 * The value with long binary content replaced by a mark: `data:` URLs, and base64 beside a MIME type or format. A long text
 * that merely looks like base64, such as a genome, stays. The very value where there is nothing to cut.
 */
export function cutBinary(value: Json): Json {
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
  const isBase64 = BASE64.test(value.slice(0, LOOKED_AT)) && BASE64.test(value.slice(-LOOKED_AT));
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

/** Stands for an answer of a model where outputs are not captured. */
export const NOT_CAPTURED = '[not captured]';

/**
 * The value as it is at this moment, with binary parts cut. Secrets are taken out when the trace is recorded: one that
 * only becomes known meanwhile is found too.
 */
export function keepContent(value: unknown): Json {
  return cutBinary(snapshot(value));
}

/** What a span was called with; `null` where inputs are not captured. */
export function keepInputs(copy: () => unknown): Json {
  return settings().capture.inputs ? (copy() as Json) : null;
}

/** What a span gave, as a copy or to be copied; `null` where outputs are not captured. */
export function keepOutputs(copy: unknown, outputs: unknown): Json {
  if (!settings().capture.outputs) return null;
  if (copy !== undefined) return copy as Json;
  return outputs === undefined ? null : keepContent(outputs);
}
