import type { Json } from 'ax-autolog/sink';

/** A text is never cut to less than this, in characters. */
const SHORTEST = 64;

/**
 * A text of at most `limit` characters and a mark that says how long it was. Characters outside of the basic plane stay
 * whole.
 */
export function cutText(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const last = text.charCodeAt(limit - 1);
  const end = last >= 0xd800 && last <= 0xdbff ? limit - 1 : limit;
  return `${text.slice(0, end)}… [cut, ${text.length} characters]`;
}

/**
 * A value as JSON of at most about `limit` characters that can still be read as JSON: long texts in it are cut first,
 * then members in the middle of long lists are left out. What is not small even then is cut as text.
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

/** The first and the last of a long list. */
function someOf(list: readonly Json[], most: number): readonly Json[] {
  if (list.length <= most) return list;
  const first = Math.ceil(most / 2);
  const mark = `… [cut, ${list.length} members]`;
  return [...list.slice(0, first), mark, ...list.slice(list.length - (most - first))];
}
