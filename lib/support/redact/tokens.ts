import { secretBase64 } from './encoded.js';
import { looksLikeRest } from './looks.js';
import { eachRun } from './runs.js';
import { Edits, startsWord, type TextContext } from './text-rule.js';
import { TOKEN_FORMS } from './token-forms.js';

/** Characters before a run that can belong to a token: the prefixes of some end with `.`, `:`, `~` or `/`. */
const MAX_LEAD = 20;
/** Words of one run that are tried. A run of a megabyte must not be read again from each of its words. */
const MAX_ATTEMPTS = 24;

/** Characters of the longest token that starts with a capital letter instead of a small one. */
const MAX_TOKEN = 4_096;

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

/**
 * A line that goes on after such a mark is a secret of its own, such as a JSON web token: taking its first part would hide
 * the rest of it from the rule that knows it.
 */
const REST_OF_KEY = /(?:\r?\n|\\+r?\\*n|(?:%0D)?%0A)[ \t]{0,8}([\w-]{12,200})(?![\w-]|[.:/~@=+%][\w/+=~-])/y;

/**
 * Replaces keys and tokens that are known by their form, with the rest of a key that was split over two lines, and base64 whose
 * text has a secret.
 */
export function redactTokens(text: string, context: TextContext): string {
  let edits: Edits | undefined;
  eachRun(text, (start, end) => {
    let next = Math.max(edits?.end ?? 0, isJoint(text.charCodeAt(start - 1)) ? start - MAX_LEAD : start);
    for (let attempts = 0; next < end && attempts < MAX_ATTEMPTS; next += 1) {
      if (!mayStart(text.charCodeAt(next))) continue;
      // An escape can only end in the first characters of a run.
      if (!(next > start + 5 ? isAfterMark(text, next) : startsWord(text, next))) continue;
      attempts += 1;
      const tokenEnd = endOfToken(text, next);
      if (tokenEnd === -1 || context.allows(text.slice(next, tokenEnd))) continue;
      const until = withRest(text, tokenEnd);
      edits ??= new Edits(text);
      edits.replace(next, until);
      next = until - 1;
    }
    if ((edits?.end ?? 0) > start) return Math.max(end, edits?.end ?? 0);
    const encoded = secretBase64(text, start, edits?.end ?? 0, context);
    if (encoded === undefined) return end;
    edits ??= new Edits(text);
    edits.replace(encoded.start, encoded.end);
    return Math.max(end, encoded.end);
  });
  return edits?.done() ?? text;
}

function mayStart(code: number): boolean {
  return FORMS_BY_FIRST[code] !== undefined || (isCapital(code) && FORMS_BY_FIRST[code | 0x20] !== undefined);
}

/** Returns the end of the token that starts at an index; -1 if none does. */
function endOfToken(text: string, index: number): number {
  const code = text.charCodeAt(index);
  const form = FORMS_BY_FIRST[code];
  if (form !== undefined) {
    form.lastIndex = index;
    if (form.test(text)) return form.lastIndex;
  }
  // ax begins a description with a capital letter, whatever it is: `Sk-proj-…`.
  const small = isCapital(code) ? FORMS_BY_FIRST[code | 0x20] : undefined;
  if (small === undefined) return -1;
  small.lastIndex = 0;
  const isToken = small.test(String.fromCharCode(code | 0x20) + text.slice(index + 1, index + MAX_TOKEN));
  return isToken ? index + small.lastIndex : -1;
}

function isCapital(code: number): boolean {
  return code >= 0x41 && code <= 0x5a;
}

/** `.`, `~`, `:` and `/` join the prefix of some tokens to the rest. */
function isJoint(code: number): boolean {
  return code === 0x2e || code === 0x7e || code === 0x3a || code === 0x2f;
}

function isAfterMark(text: string, index: number): boolean {
  const before = text.charCodeAt(index - 1);
  return before === 0x2d || before === 0x5f;
}

function withRest(text: string, end: number): number {
  REST_OF_KEY.lastIndex = end;
  const [, rest = ''] = REST_OF_KEY.exec(text) ?? [];
  const until = REST_OF_KEY.lastIndex;
  // A token on the next line may itself go on after it.
  return looksLikeRest(rest) && endOfToken(text, until - rest.length) === -1 ? until : end;
}

const UNANCHORED = [
  { probe: '~', pattern: /(?<!(?<!\\)[\w.~-])[\w.~-]{3}\dQ~[\w.~-]{31,40}/g },
  { probe: 'v1.', pattern: /(?<!(?<!\\)[A-Za-z0-9])[A-Za-z0-9]{14}\.atlasv1\.[\w=-]{40,}/g },
] as const;

/** Replaces tokens whose known part is in their middle. */
export function redactUnanchored(text: string, context: TextContext): string {
  let out = text;
  for (const { probe, pattern } of UNANCHORED) {
    if (out.includes(probe)) out = out.replace(pattern, (match) => (context.allows(match) ? match : '[REDACTED]'));
  }
  return out;
}
