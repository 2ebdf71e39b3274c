import type { Json } from 'ax-autolog/sink';

/** Shortest length to which a text in JSON is cut, in characters. */
const SHORTEST = 64;

/** Cuts a text to `limit` characters and appends a mark with its original length. Never splits a surrogate pair. */
export function cutText(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const last = text.charCodeAt(limit - 1);
  const end = last >= 0xd800 && last <= 0xdbff ? limit - 1 : limit;
  return `${text.slice(0, end)}… [cut, ${text.length} characters]`;
}

/**
 * Renders a value as valid JSON of at most about `limit` characters. Long texts in it are cut first, then members in
 * the middle of long lists are dropped. If it is still too long, the JSON is cut as text and is no longer valid.
 */
export function cutJson(value: unknown, limit: number): string {
  const whole = JSON.stringify(value) ?? 'null';
  if (whole.length <= limit) return whole;
  for (let longest = Math.max(limit >> 1, SHORTEST); ; longest >>= 2) {
    const cut = JSON.stringify(shorten(value as Json, Math.max(longest, SHORTEST), Number.POSITIVE_INFINITY));
    if (cut.length <= limit) return cut;
    if (longest <= SHORTEST) break;
  }
  for (let most = 64; most >= 2; most >>= 1) {
    const cut = JSON.stringify(shorten(value as Json, SHORTEST, most));
    if (cut.length <= limit) return cut;
  }
  return cutText(whole, limit);
}

function shorten(value: Json, longest: number, most: number): Json {
  if (typeof value === 'string') return cutText(value, longest);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return someOf(value, most).map((member: Json) => shorten(member, longest, most));
  const members = Object.entries(value);
  const kept = members.slice(0, most).map(([key, member]) => [key, shorten(member, longest, most)]);
  return Object.fromEntries(
    members.length > most ? [...kept, ['…', `[cut, ${members.length} members]`]] : kept,
  ) as Json;
}

/** Keeps the first and last members of a long list. */
function someOf(list: readonly Json[], most: number): readonly Json[] {
  if (list.length <= most) return list;
  const first = Math.ceil(most / 2);
  const mark = `… [cut, ${list.length} members]`;
  return [...list.slice(0, first), mark, ...list.slice(list.length - (most - first))];
}
