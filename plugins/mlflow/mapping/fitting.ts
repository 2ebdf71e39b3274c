import type { Json } from 'ax-autolog/sink';
import { firstChars } from './values.js';

/** How much smaller the second attempt is, when the first left too much. */
const SECOND_ATTEMPT = 8;
/** A list keeps one member for so many characters there are. */
const CHARS_PER_MEMBER = 64;
const FEWEST_CHARS = 64;
/** Characters of JSON that one character of a text becomes at most (`\u0000`), twice over. */
const WORST_ESCAPE = 12;

/** A lone surrogate, as `JSON.stringify` escapes it; an even number of backslashes before it belongs to others. */
const LONE_SURROGATE = /(?<!\\)((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g;

/**
 * The value as JSON of at most so many characters. Where it has more, long texts in it, then long lists and objects, are
 * cut and say what they had; the rest stays, so that what is read is still a request, or a table, or whatever it was.
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

/** What each text may have so that all of them have not more than the budget: short ones stay whole. */
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

/** The value with no more than so many levels: what lies deeper is there as text, in JSON. */
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

/** The text, or its beginning and a mark that says how long it was. */
export function cutText(text: string, limit: number): string {
  return text.length <= limit ? text : `${firstChars(text, limit)}… [${text.length} characters, whole in the journal]`;
}

/** A text as every store takes it: without NUL and lone surrogates, and of at most so many characters. */
export function plainText(text: string, limit: number): string {
  const clean = text.replaceAll('\0', '\uFFFD').toWellFormed();
  if (clean.length <= limit) return clean;
  const mark = '…';
  return `${firstChars(clean, limit - mark.length)}${mark}`;
}

/** The server reads what stands in JSON, and cannot store a lone surrogate. */
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
