import type { ErrorData, Json } from '../../contract/events.js';
import type { Redactor } from '../redact/redact.js';
import { errorData } from './errors.js';
import { Walk } from './walk.js';

/** Frozen JSON that was made with this redactor: it is used again without a second look. */
const captured = new WeakMap<object, Redactor | null>();

/**
 * Copies, redacts and deep-freezes a value in one pass. The result is JSON: `JSON.parse(JSON.stringify(result))` equals
 * it. It never throws and never changes the value; getters are read once, `toJSON` and other methods are not called.
 *
 * | value | becomes |
 * |---|---|
 * | `undefined`, hole in an array | `null`; a property that is `undefined` is left out |
 * | `NaN`, `±Infinity`, `-0` | `'NaN'`, `'Infinity'`, `'-Infinity'`, `0` |
 * | BigInt, symbol, function | `'12n'`, `'Symbol(name)'`, `'[Function name]'` |
 * | string with lone surrogates | the same with U+FFFD in their place |
 * | Date, URL, RegExp | ISO 8601 text, its href, its source |
 * | Map with string keys, other Map, Set | object, list of `[key, value]`, list |
 * | Error | {@link ErrorData} |
 * | typed array, buffer | `'[Uint8Array 12 bytes]'` |
 * | class instance | its own enumerable properties; `'[Name]'` if it has none |
 * | cycle, more than 64 levels | `'[Circular]'`, `'[Too deep]'` |
 * | getter or Proxy that throws | `'[Getter threw: message]'`, `'[Unreadable: message]'` |
 *
 * A value of more than 1,000,000 objects (class instances count for 20) or 5,000,000 leaves is cut there, with
 * `'[Truncated: …]'` as the last entry; strings and lists below that are kept whole.
 */
export function snapshot(value: unknown, redactor?: Redactor): Json {
  return new Walk(redactor, captured).root(value);
}

/**
 * As {@link snapshot}, for the data of an event: the redactor's function is asked for its members, not for the whole, so
 * that one that throws or answers something else never leaves an event without its form.
 */
export function snapshotData(data: object, redactor?: Redactor): Json {
  return new Walk(redactor, captured).members(data);
}

/**
 * As {@link snapshot}, and remembered: a later snapshot with the same redactor that contains the result uses the very
 * object. For values that are recorded more than once, such as datasets and candidates.
 */
export function capture(value: unknown, redactor?: Redactor): Json {
  const json = snapshot(value, redactor);
  if (typeof json === 'object' && json !== null) captured.set(json, redactor ?? null);
  return json;
}

/**
 * What is recorded of something thrown: name, message, code, stack and up to five causes, redacted. A thrown value that is
 * no error has the name `NonError` and is told in the message. Never throws.
 */
export function toErrorData(error: unknown, redactor?: Redactor): ErrorData {
  return errorData(error, redactor, (value) => describe(value, redactor));
}

function describe(value: unknown, redactor: Redactor | undefined): string {
  const json = snapshot(value, redactor);
  return typeof json === 'string' ? json : value === undefined ? 'undefined' : JSON.stringify(json);
}
