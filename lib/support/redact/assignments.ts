import { looksSecret } from './looks.js';
import { endOfSecret, followsOpenWord, hidesText, nameBefore, type Value, valueAfter } from './names.js';
import { Edits, type TextContext, type TextRule } from './text-rule.js';
import { redactAddress, redactEscapedUrls } from './urls.js';

/** Names of query parameters that are secret although they are ordinary words elsewhere. */
const QUERY_NAMES =
  /^(?:key|sig|signature|token|auth|code|sid|session|session_?id|ticket|hmac|x-(?:amz|goog|oss)-(?:signature|credential|security-token))$/i;

/** Makes a rule that looks at each place of a separator: the name before it and the value after it. */
function atSeparators(
  separator: string,
  check: (text: string, at: number, context: TextContext) => Value | undefined,
): TextRule {
  return (text, context) => {
    let edits: Edits | undefined;
    for (let at = text.indexOf(separator); at !== -1; at = text.indexOf(separator, at + 1)) {
      if (edits !== undefined && at < edits.end) continue;
      const value = check(text, at, context);
      if (value === undefined || context.allows(text.slice(value.start, value.end))) continue;
      edits ??= new Edits(text);
      edits.replace(value.start, endOfSecret(text, value));
    }
    return edits?.done() ?? text;
  };
}

/** Returns the value after a separator if the name before it makes it a secret. */
function secretValue(text: string, at: number, after: number, context: TextContext): Value | undefined {
  const name = nameBefore(text, at, context.listsNames);
  if (name.length < 2) return undefined;
  const strength = context.strength(name);
  if (strength === 'open') return undefined;
  const value = valueAfter(text, after);
  if (value === undefined || value.called) return undefined;
  return hidesText(strength, name, text.slice(value.start, value.end)) ? value : undefined;
}

function atEquals(text: string, at: number, context: TextContext): Value | undefined {
  const next = text.charCodeAt(at + 1);
  if (next === 0x3d) return undefined;
  const after = next === 0x3e ? at + 2 : at + 1;
  return secretValue(text, at, after, context) ?? queryValue(text, at);
}

/** `?key=…` and `&sig=…`: names that are secret in the queries of URLs only. */
function queryValue(text: string, at: number): Value | undefined {
  const name = nameBefore(text, at);
  const lead = text.charAt(at - name.length - 1);
  if ((lead !== '?' && lead !== '&') || !QUERY_NAMES.test(name)) return undefined;
  const value = valueAfter(text, at + 1);
  return value !== undefined && looksSecret(text.slice(value.start, value.end)) ? value : undefined;
}

/** `name: value`, `name := value` and `scheme://user:password@host`. */
function redactAtColons(text: string, context: TextContext): string {
  let edits: Edits | undefined;
  for (let at = text.indexOf(':'); at !== -1; at = text.indexOf(':', at + 1)) {
    if (edits !== undefined && at < edits.end) continue;
    const next = text.charCodeAt(at + 1);
    if (next === 0x2f && text.charCodeAt(at + 2) === 0x2f) {
      edits = redactAddress(text, at, context, edits);
      continue;
    }
    if (next === 0x2f || next === 0x3a || (!context.listsNames && followsOpenWord(text, at))) continue;
    const value = secretValue(text, at, next === 0x3d ? at + 2 : at + 1, context);
    if (value === undefined || context.allows(text.slice(value.start, value.end))) continue;
    edits ??= new Edits(text);
    edits.replace(value.start, endOfSecret(text, value));
  }
  return edits?.done() ?? text;
}

/** `define('DB_PASSWORD', 'x')`, `headers.set("x-api-key", "x")`. Strong names only: the next item of a list is no value. */
function atComma(text: string, at: number, context: TextContext): Value | undefined {
  const name = nameBefore(text, at + 1);
  if (name.length < 3) return undefined;
  const strength = context.strength(name);
  if (strength !== 'strong' && strength !== 'user') return undefined;
  const value = valueAfter(text, at + 2);
  return value?.quoted && looksSecret(text.slice(value.start, value.end)) ? value : undefined;
}

/** `--api-key x`; `--api-key=x` has a `=`. */
function atFlag(text: string, at: number, context: TextContext): Value | undefined {
  if (text.charCodeAt(at + 2) === 0x2d) return undefined;
  let end = at + 2;
  while (end < at + 50 && /[\w-]/.test(text.charAt(end))) end += 1;
  if (end < at + 5 || text.charAt(end) !== ' ') return undefined;
  const name = text.slice(at + 2, end);
  const strength = context.strength(name);
  if (strength === 'open') return undefined;
  const value = valueAfter(text, end);
  return value !== undefined && !value.called && hidesText(strength, name, text.slice(value.start, value.end))
    ? value
    : undefined;
}

/** Ends of the words that are secret in prose, so rare that searching for them is cheap. */
const PROSE_ENDS = ['word ', 'key ', 'ken ', 'cret '] as const;
const PROSE_NAME = /^(?:password|secret|token|key)$/i;
const PROSE_VERB = /(?:(?:for|of|to) [\w.@-]{1,40} ){0,2}(?:is|was|will be|=)(?: now)?:? /iy;

/** `the password is x`, `password for admin: x`. */
export const redactProse: TextRule = (text, context) => {
  let out = text;
  for (const end of PROSE_ENDS) out = redactAfterWord(out, end, context);
  return out;
};

/** `machine h login u password x`, as in a `.netrc`; white space may be escaped as in JSON. */
const LOGIN = /(?:login|user|account|machine)(?:\s|\\+[nrt]){1,8}[^\s"'`\\]{1,100}(?:\s|\\+[nrt]){1,8}passw?$/;

function followsLogin(text: string, at: number): boolean {
  return text.startsWith('pass', at - 4) && LOGIN.test(text.slice(Math.max(0, at - 140), at));
}

function redactAfterWord(text: string, wordEnd: string, context: TextContext): string {
  let edits: Edits | undefined;
  for (let at = text.indexOf(wordEnd); at !== -1; at = text.indexOf(wordEnd, at + 1)) {
    const space = at + wordEnd.length - 1;
    PROSE_VERB.lastIndex = space + 1;
    const isSentence = PROSE_VERB.test(text);
    if (!isSentence && !followsLogin(text, at)) continue;
    const after = isSentence ? PROSE_VERB.lastIndex : space + 1;
    const name = nameBefore(text, space);
    if (!PROSE_NAME.test(name)) continue;
    const value = valueAfter(text, after);
    if (value === undefined || value.start < (edits?.end ?? 0)) continue;
    const secret = text.slice(value.start, value.end);
    const strength = /^(?:pass|secret)/i.test(name) ? 'strong' : context.strength(name);
    // After a login, any value is the password.
    if ((isSentence && !hidesText(strength, name, secret)) || context.allows(secret)) continue;
    edits ??= new Edits(text);
    edits.replace(value.start, endOfSecret(text, value));
  }
  return edits?.done() ?? text;
}

/** Rules for values that follow their name and `=` or `:`: settings, JSON, headers, queries. */
export const ASSIGNMENT_RULES: readonly TextRule[] = [atSeparators('=', atEquals), redactAtColons, redactEscapedUrls];

/** Rule for `--name value`. */
export const FLAG_RULE: TextRule = atSeparators('--', atFlag);

const atQuotedComma = atSeparators('",', atComma);
const atSingleQuotedComma = atSeparators("',", atComma);

/** Replaces values that follow their name in a list of arguments. */
export const redactLists: TextRule = (text, context) =>
  text.includes(',') ? atSingleQuotedComma(atQuotedComma(text, context), context) : text;
