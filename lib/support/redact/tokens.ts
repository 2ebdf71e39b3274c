import { looksLikeRest } from './looks.js';
import { Edits, startsWord, type TextContext } from './text-rule.js';
import { TOKEN_FORMS } from './token-forms.js';

/** Shortest run of key characters in every form. */
const MIN_RUN = 14;
/** Characters before a run that can belong to a token: the prefixes of some end with `.`, `:`, `~` or `/`. */
const MAX_LEAD = 20;
/** Words of one run that are tried. A run of a megabyte must not be read again from each of its words. */
const MAX_ATTEMPTS = 64;

const KEY = 1;
const VARIED = 2;

/** Kind of each ASCII character: letters, digits, `_` and `-` form runs; digits and capitals vary them. */
const KINDS = new Uint8Array(128);
for (let code = 0; code < 128; code += 1) {
  if (code >= 0x30 && code <= 0x39) KINDS[code] = VARIED;
  else if (code >= 0x41 && code <= 0x5a) KINDS[code] = VARIED;
  else if (code >= 0x61 && code <= 0x7a) KINDS[code] = KEY;
  else if (code === 0x5f || code === 0x2d) KINDS[code] = KEY;
}

/** The forms by the code of their first character, as sticky expressions. */
const FORMS_BY_FIRST: readonly (RegExp | undefined)[] = Array.from({ length: 128 }, (_, code) => {
  const first = String.fromCharCode(code);
  const sources = TOKEN_FORMS.filter((source) => mayStartWith(source, first));
  return sources.length === 0 ? undefined : new RegExp(sources.join('|'), 'y');
});

function mayStartWith(source: string, first: string): boolean {
  if (source.startsWith('(?:')) {
    const [names = ''] = source.slice(3).split(')');
    return names.split('|').some((name) => name.startsWith(first));
  }
  const head = /^(?:\[[^\]]+\]|\\d|.)/.exec(source)?.[0] ?? '';
  return new RegExp(`^${head}$`).test(first);
}

/** Calls `found` for each run of at least 14 key characters that has a digit or a capital. Long words of prose have neither. */
export function eachRun(text: string, found: (start: number, end: number) => number): void {
  const { length } = text;
  // A run of 14 characters covers one of every 14 places, so only these are looked at.
  for (let at = MIN_RUN - 1; at < length; at += MIN_RUN) {
    if (!isKeyCode(text.charCodeAt(at))) continue;
    let start = at;
    while (start > at - MIN_RUN + 1 && isKeyCode(text.charCodeAt(start - 1))) start -= 1;
    let end = at + 1;
    while (end < length && isKeyCode(text.charCodeAt(end))) end += 1;
    if (end - start < MIN_RUN) {
      // Nothing that starts before `end` can be long enough, but a run that starts after it can.
      at = Math.max(at, end);
      continue;
    }
    at = Math.max(end, isVaried(text, start, end) ? found(start, end) : end);
  }
}

function isKeyCode(code: number): boolean {
  return code < 128 && KINDS[code] !== 0;
}

function isVaried(text: string, start: number, end: number): boolean {
  for (let i = start; i < end; i += 1) if (KINDS[text.charCodeAt(i)] === VARIED) return true;
  return false;
}

const REST_OF_KEY = /(?:\r?\n|\\+r?\\*n|(?:%0D)?%0A)[ \t]{0,8}([\w-]{12,200})(?![\w-])/y;

/** Replaces keys and tokens that are known by their form, and the rest of a key that was split over two lines. */
export function redactTokens(text: string, context: TextContext): string {
  let edits: Edits | undefined;
  let next = 0;
  eachRun(text, (start, end) => {
    let attempts = 0;
    for (let i = Math.max(next, start - MAX_LEAD); i < end && attempts < MAX_ATTEMPTS; i += 1) {
      const form = FORMS_BY_FIRST[text.charCodeAt(i)];
      if (form === undefined || !startsWord(text, i)) continue;
      attempts += 1;
      form.lastIndex = i;
      if (!form.test(text)) continue;
      const matched = form.lastIndex;
      if (context.allows(text.slice(i, matched))) continue;
      edits ??= new Edits(text);
      next = withRest(text, matched);
      edits.replace(i, next);
      if (next >= end) return next - 1;
      i = next - 1;
    }
    return end;
  });
  return edits?.done() ?? text;
}

function withRest(text: string, end: number): number {
  REST_OF_KEY.lastIndex = end;
  const rest = REST_OF_KEY.exec(text);
  return rest !== null && looksLikeRest(rest[1] ?? '') ? REST_OF_KEY.lastIndex : end;
}

const UNANCHORED = [
  { probe: 'Q~', pattern: /(?<![\w.~-])[\w.~-]{3}\dQ~[\w.~-]{31,40}/g },
  { probe: '.atlasv1.', pattern: /(?<![A-Za-z0-9])[A-Za-z0-9]{14}\.atlasv1\.[\w=-]{40,}/g },
] as const;

/** Replaces tokens whose known part is in their middle. */
export function redactUnanchored(text: string, context: TextContext): string {
  let out = text;
  for (const { probe, pattern } of UNANCHORED) {
    if (out.includes(probe)) out = out.replace(pattern, (match) => (context.allows(match) ? match : '[REDACTED]'));
  }
  return out;
}
