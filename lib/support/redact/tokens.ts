import { secretBase64 } from './encoded.js';
import { looksLikeRest } from './looks.js';
import { eachRun } from './runs.js';
import { Edits, startsWord, type TextContext } from './text-rule.js';
import { TOKEN_FORMS } from './token-forms.js';

/** Characters before a run that can belong to a token: the prefixes of some end with `.`, `:`, `~` or `/`. */
const MAX_LEAD = 20;
/** Words of one run that are tried. A run of a megabyte must not be read again from each of its words. */
const MAX_ATTEMPTS = 64;

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

const REST_OF_KEY = /(?:\r?\n|\\+r?\\*n|(?:%0D)?%0A)[ \t]{0,8}([\w-]{12,200})(?![\w-])/y;

/**
 * Replaces keys and tokens that are known by their form, with the rest of a key that was split over two lines, and base64 whose
 * text has a secret.
 */
export function redactTokens(text: string, context: TextContext): string {
  let edits: Edits | undefined;
  eachRun(text, (start, end) => {
    let next = Math.max(edits?.end ?? 0, isJoint(text.charCodeAt(start - 1)) ? start - MAX_LEAD : start);
    for (let attempts = 0; next < end && attempts < MAX_ATTEMPTS; next += 1) {
      const form = FORMS_BY_FIRST[text.charCodeAt(next)];
      // An escape can only end in the first characters of a run.
      if (form === undefined || !(next > start + 5 ? isAfterMark(text, next) : startsWord(text, next))) continue;
      attempts += 1;
      form.lastIndex = next;
      if (!form.test(text) || context.allows(text.slice(next, form.lastIndex))) continue;
      const until = withRest(text, form.lastIndex);
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
  const rest = REST_OF_KEY.exec(text);
  return rest !== null && looksLikeRest(rest[1] ?? '') ? REST_OF_KEY.lastIndex : end;
}

const UNANCHORED = [
  { probe: '~', pattern: /(?<![\w.~-])[\w.~-]{3}\dQ~[\w.~-]{31,40}/g },
  { probe: 'v1.', pattern: /(?<![A-Za-z0-9])[A-Za-z0-9]{14}\.atlasv1\.[\w=-]{40,}/g },
] as const;

/** Replaces tokens whose known part is in their middle. */
export function redactUnanchored(text: string, context: TextContext): string {
  let out = text;
  for (const { probe, pattern } of UNANCHORED) {
    if (out.includes(probe)) out = out.replace(pattern, (match) => (context.allows(match) ? match : '[REDACTED]'));
  }
  return out;
}
