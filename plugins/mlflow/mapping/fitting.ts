import type { Json } from 'ax-autolog/sink';
import { firstChars } from './values.js';

/** Factor by which the second attempt is smaller, if the first result is too long. */
const SECOND_ATTEMPT = 8;
/** Characters of the budget per member that a list keeps. */
const CHARS_PER_MEMBER = 64;
/** Characters that every text keeps. */
const FEWEST_CHARS = 64;
/** Characters of JSON that one character of a text becomes at most (`\u0000`), doubled because it is escaped twice. */
const WORST_ESCAPE = 12;

/** Lone surrogate as `JSON.stringify` escapes it. An even number of backslashes before it are escaped backslashes. */
const LONE_SURROGATE = /(?<!\\)((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g;

/**
 * Returns the value as JSON of at most `limit` characters. If it is longer, long texts, then long lists and objects are cut
 * and marked with their length. The rest is kept, so that the structure of the value stays readable.
 */
export function fittingJson(value: Json, limit: number): string {
  const whole = jsonText(value);
  if (whole.length <= limit) return whole;
  for (const attempt of [1, SECOND_ATTEMPT]) {
    const budget = Math.floor(limit / 2 / attempt);
    const text = jsonText(shortened(value, textLimit(value, budget), Math.floor(budget / CHARS_PER_MEMBER)));
    if (text.length <= limit) return text;
  }
  return jsonText(cutText(whole, Math.floor(limit / WORST_ESCAPE)));
}

/** Returns the length to which texts are cut so that all fit into the budget. Short texts stay whole. */
function textLimit(value: Json, budget: number): number {
  const lengths: number[] = [];
  collectLengths(value, lengths);
  lengths.sort((a, b) => a - b);
  let left = budget;
  for (const [at, length] of lengths.entries()) {
    const share = Math.floor(left / (lengths.length - at));
    if (length > share) return Math.max(FEWEST_CHARS, share);
    left -= length;
  }
  return budget;
}

function collectLengths(value: Json, into: number[]): void {
  if (typeof value === 'string') into.push(value.length);
  else if (value !== null && typeof value === 'object')
    for (const member of Object.values(value)) collectLengths(member as Json, into);
}

/** Returns the value with at most `levels` levels. Deeper values become JSON text. */
export function shallow(value: Json, levels: number): Json {
  return isDeeper(value, levels) ? cutLevels(value, levels) : value;
}

function isDeeper(value: Json, levels: number): boolean {
  if (value === null || typeof value !== 'object') return false;
  return levels === 0 || Object.values(value).some((member) => isDeeper(member as Json, levels - 1));
}

function cutLevels(value: Json, levels: number): Json {
  if (value === null || typeof value !== 'object') return value;
  if (levels === 0) return JSON.stringify(value);
  if (Array.isArray(value)) return value.map((member: Json) => cutLevels(member, levels - 1));
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, cutLevels(member as Json, levels - 1)]));
}

/** Returns the text, or its beginning and a mark with its length. */
export function cutText(text: string, limit: number): string {
  return text.length <= limit ? text : `${firstChars(text, limit)}… [${text.length} characters, whole in the journal]`;
}

/** Returns a text that every store accepts: without NUL and lone surrogates, at most `limit` characters. */
export function plainText(text: string, limit: number): string {
  const clean = text.replaceAll('\0', '\uFFFD').toWellFormed();
  if (clean.length <= limit) return clean;
  const mark = '…';
  return `${firstChars(clean, limit - mark.length)}${mark}`;
}

/** Returns JSON without lone surrogates: the server parses the JSON and cannot store them. */
function jsonText(value: Json): string {
  const text = JSON.stringify(value);
  return text.includes('\\ud') ? text.replace(LONE_SURROGATE, '$1\\ufffd') : text;
}

function shortened(value: Json, chars: number, most: number): Json {
  if (typeof value === 'string') return cutText(value, chars);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) {
    const kept: Json[] = value.slice(0, most).map((member: Json) => shortened(member, chars, most));
    return value.length > most ? [...kept, `… [${value.length} entries, whole in the journal]`] : kept;
  }
  const members = Object.entries(value);
  const kept = members
    .slice(0, most)
    .map(([key, member]) => [cutText(key, chars), shortened(member, chars, most)] as const);
  const mark = members.length > most ? [['…', `[${members.length} members, whole in the journal]`] as const] : [];
  return Object.fromEntries([...kept, ...mark]);
}
