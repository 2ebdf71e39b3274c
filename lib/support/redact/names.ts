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

function isNameCode(code: number): boolean {
  return isWordCode(code) || code === 0x2d || code === 0x2e;
}

/** Returns the name that ends before `index`, in quotes (also escaped ones), brackets or `**`, or not; `''` if there is none. */
export function nameBefore(text: string, index: number): string {
  let end = index;
  const floor = Math.max(0, index - MAX_BETWEEN);
  while (end > floor && isBetween(text.charCodeAt(end - 1))) end -= 1;
  let start = end;
  const limit = Math.max(0, end - MAX_NAME);
  while (start > limit && isNameCode(text.charCodeAt(start - 1))) start -= 1;
  if (start === limit && limit > 0 && isNameCode(text.charCodeAt(start - 1))) return '';
  return start === end ? '' : text.slice(withoutEscape(text, start), end);
}

function isBetween(code: number): boolean {
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
  while (end < text.length && !endsValue(text.charCodeAt(end))) end += 1;
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
