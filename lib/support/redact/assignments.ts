import { looksSecret } from './looks.js';
import { hidesText, nameBefore, type Value, valueAfter } from './names.js';
import { Edits, type TextContext, type TextRule } from './text-rule.js';

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
      edits.replace(value.start, value.end);
    }
    return edits?.done() ?? text;
  };
}

/** Returns the value after a separator if the name before it makes it a secret. */
function secretValue(text: string, at: number, after: number, context: TextContext): Value | undefined {
  const name = nameBefore(text, at);
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

function atColon(text: string, at: number, context: TextContext): Value | undefined {
  const next = text.charCodeAt(at + 1);
  if (next === 0x2f || next === 0x3a) return undefined;
  return secretValue(text, at, next === 0x3d ? at + 2 : at + 1, context);
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

const PROSE_NAMES = /^(?:password|passphrase|passcode|passwd|pwd|secret|token|key|pin|credential|login)$/i;

/** `the password is x`. */
function atIs(text: string, at: number, context: TextContext): Value | undefined {
  const name = nameBefore(text, at);
  if (!PROSE_NAMES.test(name)) return undefined;
  const value = valueAfter(text, text.charCodeAt(at + 4) === 0x3a ? at + 5 : at + 4);
  if (value === undefined) return undefined;
  const strength = /^(?:pass|pwd|secret)/i.test(name) ? 'strong' : context.strength(name);
  return hidesText(strength, name, text.slice(value.start, value.end)) ? value : undefined;
}

/** Rules for values that follow their name: settings, JSON, headers, queries, flags, calls and prose. */
export const ASSIGNMENT_RULES: readonly TextRule[] = [
  atSeparators('=', atEquals),
  atSeparators(':', atColon),
  atSeparators("',", atComma),
  atSeparators('",', atComma),
  atSeparators('--', atFlag),
  atSeparators(' is ', atIs),
  atSeparators(' was ', (text, at, context) => atIs(text, at + 1, context)),
];
