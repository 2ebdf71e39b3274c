import { REDACTED, type TextContext } from './text-rule.js';

const ESCAPE = /%(?:[0-9A-Fa-f]{2})/y;
const MAX_ENCODED = 16_384;

/** Replaces secrets in percent-encoded parts of a text, such as an address in the query of another. */
export function redactPercentEncoded(text: string, context: TextContext): string {
  let out = '';
  let from = 0;
  for (let at = text.indexOf('%'); at !== -1; at = text.indexOf('%', at + 1)) {
    if (at < from) continue;
    ESCAPE.lastIndex = at;
    if (!ESCAPE.test(text)) continue;
    const start = startOfPart(text, at, from);
    const end = endOfPart(text, at);
    const part = text.slice(start, end);
    const clean = recoded(part, context);
    if (clean !== part) out += text.slice(from, start) + clean;
    else out += text.slice(from, end);
    from = end;
    at = end - 1;
  }
  return from === 0 ? text : out + text.slice(from);
}

/** Ends the value of a query, and an address in running text. */
function isBetweenParts(code: number): boolean {
  return (
    code <= 0x20 || code === 0x22 || code === 0x26 || code === 0x3c || code === 0x3e || code === 0x60 || code === 0x5c
  );
}

function startOfPart(text: string, at: number, floor: number): number {
  let start = at;
  const limit = Math.max(floor, at - 1024);
  while (start > limit && !isBetweenParts(text.charCodeAt(start - 1)) && text.charCodeAt(start - 1) !== 0x3d)
    start -= 1;
  return start;
}

function endOfPart(text: string, at: number): number {
  const limit = Math.min(text.length, at + MAX_ENCODED);
  let end = at;
  while (end < limit && !isBetweenParts(text.charCodeAt(end))) end += 1;
  return end;
}

function recoded(part: string, context: TextContext): string {
  let decoded: string;
  try {
    decoded = decodeURIComponent(part);
  } catch {
    return part;
  }
  const clean = context.nested(decoded);
  if (clean === decoded) return part;
  return clean
    .split(REDACTED)
    .map((piece) => encodeURIComponent(piece.toWellFormed()))
    .join(REDACTED);
}

const BASE64_PART = /[A-Za-z0-9+/]{24,16384}={0,2}/y;
const PRINTABLE = /^[\t\n\r\x20-\x7e]+$/;

/** Returns the range of the base64 around an index if its text has a secret, as that of an encoded `.env` file. */
export function secretBase64(
  text: string,
  index: number,
  floor: number,
  context: TextContext,
): { readonly start: number; readonly end: number } | undefined {
  let start = index;
  const limit = Math.max(floor, index - 1024);
  while (start > limit && isBase64Code(text.charCodeAt(start - 1))) start -= 1;
  // The last character of an escape such as a backslash and `n` is not part of it.
  if (start > floor && text.charCodeAt(start - 1) === 0x5c) start += 1;
  BASE64_PART.lastIndex = start;
  const part = BASE64_PART.exec(text)?.[0];
  return part !== undefined && hidesSecret(part, context) ? { start, end: start + part.length } : undefined;
}

function isBase64Code(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || (code >= 0x2f && code <= 0x39) || code === 0x2b
  );
}

/** In the base64 of ASCII, the first of every four characters is below `g`. Most base64 is an image or a hash. */
function mayBeText(part: string): boolean {
  for (let i = 0; i < 24; i += 4) {
    const code = part.charCodeAt(i);
    if (code < 0x41 || code > 0x66 || (code > 0x5a && code < 0x61)) return false;
  }
  return true;
}

function hidesSecret(part: string, context: TextContext): boolean {
  if (!mayBeText(part)) return false;
  const decoded = Buffer.from(part, 'base64').toString('latin1');
  return PRINTABLE.test(decoded) && !context.allows(part) && context.nested(decoded) !== decoded;
}
