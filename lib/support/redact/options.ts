import { AutologError } from '../../contract/errors.js';
import { received } from '../received.js';

/** Redaction beyond the built-in rules, which are always on. */
export interface RedactOptions {
  /**
   * Property names whose values are secrets, in settings and in data. A string ignores case and separators: `api_key` matches
   * `apiKey`. A RegExp is tested on the name as it is written. Default: none.
   */
  readonly keys?: readonly (string | RegExp)[];
  /**
   * Secrets in text: every match is replaced by `[REDACTED]`. The flags `g` and `y` make no difference. Default: none.
   */
  readonly patterns?: readonly RegExp[];
  /**
   * Names and values that are never redacted by the built-in rules, by `keys` or as values of the environment. A string
   * allows the name that equals it, ignoring case and separators, and the value that equals it exactly. A RegExp allows
   * names and values that it matches. It does not apply to `patterns` and `fn`. Default: none.
   */
  readonly allow?: readonly (string | RegExp)[];
  /**
   * Returns the value to record for each property value and leaf; the built-in rules apply to the result. `path` is the
   * place of the value, such as `['options', 'headers', '0']`. Return `undefined` to drop a field. Must be synchronous: if
   * it throws or returns a promise, the field is dropped. Default: values are recorded as they are.
   */
  readonly fn?: (value: unknown, path: readonly string[]) => unknown;
}

/** Checks the options. @throws AutologError `AXL_BAD_OPTIONS` if an option has the wrong type */
export function validateOptions({ keys, patterns, allow, fn }: RedactOptions): void {
  checkList('keys', keys, true);
  checkList('patterns', patterns, false);
  checkList('allow', allow, true);
  if (fn !== undefined && typeof fn !== 'function') throw bad('fn', 'a function (value, path) => value', received(fn));
}

function checkList(name: string, value: unknown, allowsStrings: boolean): void {
  if (value === undefined) return;
  const expected = allowsStrings ? 'an array of strings and regular expressions' : 'an array of regular expressions';
  if (!Array.isArray(value)) throw bad(name, expected, received(value));
  const at = value.findIndex((item) => !(item instanceof RegExp || (allowsStrings && typeof item === 'string')));
  if (at >= 0) throw bad(name, expected, `${received(value[at])} at index ${at}`);
}

function bad(name: string, expected: string, got: string): AutologError {
  return new AutologError(
    'AXL_BAD_OPTIONS',
    `redact.${name} must be ${expected}, got ${got}. Correct the option or remove it.`,
  );
}
