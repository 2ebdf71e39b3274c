/** Judges by its form whether a value is a secret. All functions take linear time. */

const HAS_DIGIT = /\d/;
const HAS_LETTER = /[A-Za-z]/;
const INNER_CAPITAL = /[a-z][A-Z]|[A-Z]{2}[a-z]|[A-Z]{2,}\d/;
/** `newPassword`, `YOUR_API_KEY`, `your-key`, `config.apiKey`, `auth::Token`: names in code, without a digit. */
const NAME_IN_CODE =
  /^(?:[a-z]{2,}|[A-Z][a-z]+|[A-Z]{2,})(?:[A-Z][a-z]+|[A-Z]{2,4}(?![a-z])|[-_./]+[A-Za-z]+|::[A-Za-z]+|->[A-Za-z]+)*$/;
/** `$NAME`, `${NAME}`, `%NAME%`, `<your key>`, `{{ key }}`, `***`, `xxxx`, `...`: placeholders. */
const PLACEHOLDER = /^(?:\$\{?\w+\}?|%\w+%|[<{[].*|(.)\1+|[*.x-]+|[A-Za-z]+:\/\/[^@]*)$/;
const URL_OF_KIND = /^[a-z][a-z+.-]{1,20}:\/\//i;
const PLAIN_DATE = /^\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-][\d:]+)?)?$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const HEX = /^(?:[0-9a-f]+|[0-9A-F]+)$/;

/** Returns whether a text is the name of a variable, a placeholder or a date rather than a value. */
function isInnocent(value: string): boolean {
  return (NAME_IN_CODE.test(value) && !isJumble(value)) || PLACEHOLDER.test(value) || PLAIN_DATE.test(value);
}

/** Letters of a word in code. Random letters change between cases more often. */
const SHORT_WORDS = 4.5;

/** Returns whether at least 12 letters are random ones: many short parts, some of which nobody could pronounce. */
function isJumble(value: string): boolean {
  if (value.length < 12 || value.length > 64 || !/^[A-Za-z]+$/.test(value)) return false;
  const parts = value.match(/[A-Z]+[a-z]*|[a-z]+/g) ?? [];
  const isUnspeakable = (part: string): boolean => part.length > 1 && !/[aeiouy]/i.test(part);
  return parts.length >= 3 && value.length / parts.length < SHORT_WORDS && parts.some(isUnspeakable);
}

/**
 * Returns whether a value under a secret name is a secret: `hunter2` and `dGhpcyBpcw` are, `required`, `getPassword` and
 * `YOUR_API_KEY` are not. Texts with spaces are prose.
 */
export function looksSecret(value: string): boolean {
  if (value.length < 6) return false;
  if (value.length > 512) return true;
  if (/\s/.test(value)) return false;
  if (HAS_DIGIT.test(value)) return !isInnocent(value) && (HAS_LETTER.test(value) || value.length >= 8);
  if (value.length >= 24 && !/[-_./:]/.test(value)) return !PLACEHOLDER.test(value);
  return value.length >= 8 && INNER_CAPITAL.test(value) && !isInnocent(value);
}

/** Returns whether a value under a name that is also an ordinary word (`token`, `cookie`) is a secret. */
export function looksLikeToken(value: string): boolean {
  if (value.length < 8 || !looksSecret(value)) return false;
  return value.length > 512 || (HAS_LETTER.test(value) && (value.length >= 24 || looksMixed(value)));
}

/** Returns whether the longest part of letters and digits changes between cases and digits as random texts do. */
function looksMixed(value: string, least = 8): boolean {
  for (const part of value.match(/[A-Za-z0-9]+/g) ?? []) {
    if (part.length >= least && changes(part) >= (HAS_DIGIT.test(part) ? 0.25 : 0.35) * (part.length - 1)) return true;
  }
  return false;
}

function changes(part: string): number {
  let count = 0;
  let last = 0;
  for (let i = 0; i < part.length; i += 1) {
    const code = part.charCodeAt(i);
    const kind = code < 0x3a ? 1 : code < 0x5b ? 2 : 3;
    if (last !== 0 && kind !== last) count += 1;
    last = kind;
  }
  return count;
}

/**
 * Returns whether a value is random whatever its name: at least 16 characters of a key. Not words, names of models, UUIDs
 * and dates.
 *
 * @param allowsHex whether a long hexadecimal number counts, which may be a hash
 */
export function looksRandom(value: string, allowsHex: boolean): boolean {
  if (value.length < 16 || value.length > 512 || /[^\w.~+/=:%-]/.test(value) || URL_OF_KIND.test(value)) return false;
  if (UUID.test(value) || isInnocent(value)) return false;
  if (HEX.test(value)) return allowsHex && value.length >= 24 && HAS_LETTER.test(value);
  return HAS_DIGIT.test(value) || value.length >= 20 ? looksMixed(value, 12) : false;
}

/** Returns whether a line that follows the first part of a key is the rest of it. */
export function looksLikeRest(line: string): boolean {
  return HAS_DIGIT.test(line) && !isInnocent(line) && looksMixed(line, 12);
}
