import type { KeyStrength } from './keys.js';
import { looksLikeToken, looksRandom, looksSecret } from './looks.js';
import { isWordCode } from './text-rule.js';

const MAX_NAME = 64;
/** Quotes and spaces between a name and its separator. JSON within JSON doubles the backslashes at each level. */
const MAX_BETWEEN = 40;
const BACKSLASH = 0x5c;
const SPACE = 0x20;

function isQuote(code: number): boolean {
  return code === 0x22 || code === 0x27 || code === 0x60;
}

const SMALL = 1;
const OTHER = 2;
/** Kind of each character of a name. */
const NAME_KINDS = Uint8Array.from({ length: 128 }, (_, code) => {
  if (code >= 0x61 && code <= 0x7a) return SMALL;
  return isWordCode(code) || code === 0x2d || code === 0x2e ? OTHER : 0;
});

function isNameCode(code: number): boolean {
  return code < 128 && NAME_KINDS[code] !== 0;
}

/**
 * Returns the name that ends before `index`, in quotes (also escaped ones), brackets or `**`, or not; `''` if there is none.
 *
 * @param everyWord whether to return words that no built-in rule knows, such as `answer`. Default: true
 */
export function nameBefore(text: string, index: number, everyWord = true): string {
  let end = index;
  const floor = Math.max(0, index - MAX_BETWEEN);
  while (end > floor && isBetween(text.charCodeAt(end - 1))) end -= 1;
  let start = end;
  let isWord = true;
  const limit = Math.max(0, end - MAX_NAME);
  while (start > limit) {
    const code = text.charCodeAt(start - 1);
    const kind = code > 127 ? 0 : NAME_KINDS[code];
    if (kind === 0) break;
    if (kind === OTHER) isWord = false;
    start -= 1;
  }
  if (start === end || (isWord && !everyWord && isOpenWord(text, start, end))) return '';
  if (start === limit && limit > 0 && isNameCode(text.charCodeAt(start - 1))) return '';
  return text.slice(withoutEscape(text, start), end);
}

/** Last two letters of the small words that are secret names, and the fewest letters of such a word. */
const WORD_ENDS = new Uint8Array(32 * 32);
for (const [letters, least] of Object.entries({
  ...{ on: 13, al: 10, ls: 11, ie: 6, de: 8, se: 10, rl: 11, ic: 8, th: 4, en: 5, et: 6, ts: 7, rd: 8, wd: 3, ey: 3 },
  ...{ ys: 4, ss: 4, sn: 3, sk: 2, as: 3, wt: 3, ok: 7, pi: 3, lt: 4, at: 3, ig: 3, ac: 4 },
})) {
  WORD_ENDS[endOf(letters.charCodeAt(0), letters.charCodeAt(1))] = least;
}

function endOf(first: number, second: number): number {
  return ((first & 31) << 5) | (second & 31);
}

/** Returns whether a word of prose that is no secret name stands right before `index`. The fastest way to pass most colons. */
export function followsOpenWord(text: string, index: number): boolean {
  let start = index;
  for (; start > 0; start -= 1) {
    const code = text.charCodeAt(start - 1);
    if (code < 0x61 || code > 0x7a) break;
  }
  if (index - start < 2 || (start > 0 && text.charCodeAt(start - 1) !== SPACE)) return false;
  return isOpenWord(text, start, index);
}

/** Most names before a colon are words of prose or keys of JSON. This tells most of them without a new string. */
function isOpenWord(text: string, start: number, end: number): boolean {
  const least = WORD_ENDS[endOf(text.charCodeAt(end - 2), text.charCodeAt(end - 1))] as number;
  return least === 0 || end - start < least;
}

function isBetween(code: number): boolean {
  if (code > 0x5d) return code === 0x60;
  return code === SPACE || isQuote(code) || code === BACKSLASH || code === 0x2a || code === 0x5d;
}

/** The `n` of `\npassword` and the `D` of `%3Dpassword` belong to an escape, not to the name. */
function withoutEscape(text: string, start: number): number {
  const before = text.charCodeAt(start - 1);
  if (before === BACKSLASH && /[nrt]/.test(text.charAt(start))) return start + 1;
  return before === 0x25 && /^[0-9a-f]{2}/i.test(text.slice(start, start + 2)) ? start + 2 : start;
}

const SCHEME = /(?:bearer|basic|token|apikey|api-key|key) +/iy;

/** A value that follows a separator. */
export interface Value {
  readonly start: number;
  readonly end: number;
  /** Whether it stands in quotes. */
  readonly quoted: boolean;
  /** Whether the text goes on with `(` or `[`, as a call does. */
  readonly called: boolean;
}

const MAX_QUOTED = 4096;
/** Characters of an unquoted value that are judged. In a row of names, each value would otherwise be all of the rest. */
const MAX_JUDGED = 600;

/** Returns the end of a secret value whose first characters were judged. */
export function endOfSecret(text: string, value: Value): number {
  let { end } = value;
  if (value.quoted || end - value.start < MAX_JUDGED) return end;
  while (end < text.length && !endsValue(text.charCodeAt(end))) end += 1;
  return end;
}

/** Returns the value after a separator that ends at `index`; `undefined` if there is none on the line. */
export function valueAfter(text: string, index: number): Value | undefined {
  let at = index;
  const limit = Math.min(text.length, index + 8);
  while (at < limit && (text.charCodeAt(at) === SPACE || text.charCodeAt(at) === 0x2a || text.charCodeAt(at) === 9))
    at += 1;
  let quote = at;
  while (quote < at + MAX_BETWEEN && text.charCodeAt(quote) === BACKSLASH) quote += 1;
  const mark = text.charCodeAt(quote);
  if (isQuote(mark)) return quotedValue(text, quote + 1, quote - at) ?? bareValue(text, quote + 1);
  // A backslash that escapes no quote begins `\n`: the line ends here.
  return quote > at ? undefined : bareValue(text, at);
}

/** Returns the value up to the quote that has as many backslashes before it as the opening one. */
function quotedValue(text: string, from: number, escapes: number): Value | undefined {
  const mark = text.charCodeAt(from - 1);
  const start = afterScheme(text, from);
  const limit = Math.min(text.length, start + MAX_QUOTED);
  let backslashes = 0;
  for (let at = start; at < limit; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x0a) return undefined;
    if (code === mark && backslashes <= escapes) {
      return { start, end: at - backslashes, quoted: true, called: false };
    }
    backslashes = code === BACKSLASH ? backslashes + 1 : 0;
  }
  return undefined;
}

function bareValue(text: string, from: number): Value | undefined {
  const start = afterScheme(text, from);
  let end = start;
  const limit = Math.min(text.length, start + MAX_JUDGED);
  while (end < limit && !endsValue(text.charCodeAt(end))) end += 1;
  const next = text.charCodeAt(end);
  const called = next === 0x28 || next === 0x5b;
  // A full stop, an ellipsis or a Markdown mark after the value.
  while (end > start && /[.*:!?]/.test(text.charAt(end - 1))) end -= 1;
  return end === start ? undefined : { start, end, quoted: false, called };
}

/** White space, quotes, `\`, `&`, `;`, `,`, and brackets. */
function endsValue(code: number): boolean {
  if (code <= SPACE || isQuote(code) || code === BACKSLASH) return true;
  if (code === 0x26 || code === 0x3b || code === 0x2c || code === 0x3c || code === 0x3e) return true;
  return code === 0x28 || code === 0x29 || code === 0x5b || code === 0x5d || code === 0x7b || code === 0x7d;
}

function afterScheme(text: string, index: number): number {
  const code = text.charCodeAt(index) | 0x20;
  if (code !== 0x62 && code !== 0x74 && code !== 0x61 && code !== 0x6b) return index;
  SCHEME.lastIndex = index;
  return SCHEME.test(text) ? SCHEME.lastIndex : index;
}

/** Variables of a shell or an `.env` file: `OPENAI_KEY`. Their values may be hexadecimal. */
const ENVIRONMENT_NAME = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/;

/** Returns whether the value is a secret under a name with this rule in running text. */
export function hidesText(strength: KeyStrength, name: string, value: string): boolean {
  switch (strength) {
    case 'user':
      return value !== '' && !value.startsWith('[REDACTED');
    case 'strong':
      return looksSecret(value);
    case 'weak':
      return looksLikeToken(value);
    case 'random':
    case 'code':
      return looksRandom(value, ENVIRONMENT_NAME.test(name));
    default:
      return false;
  }
}
