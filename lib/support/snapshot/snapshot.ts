import type { ErrorData, Json } from '../../contract/events.js';
import type { Redactor } from '../redact/redact.js';
import { errorData } from './errors.js';
import type { Places } from './places.js';
import { type ProgramOptions, Walk } from './walk.js';

/** Frozen JSON, by the redactor it was made with. It is used again without another walk. */
const captured = new WeakMap<object, Redactor | null>();

/**
 * Copies, redacts and deep-freezes a value in one pass. The result is JSON: it equals `JSON.parse(JSON.stringify(result))`.
 * Never throws and never changes the value. Reads each getter once; calls neither `toJSON` nor other methods.
 *
 * | value | becomes |
 * |---|---|
 * | `undefined`, hole in an array | `null`; a property that is `undefined` is omitted |
 * | `NaN`, `±Infinity`, `-0` | `'NaN'`, `'Infinity'`, `'-Infinity'`, `0` |
 * | BigInt, symbol, function | `'12n'`, `'Symbol(name)'`, `'[Function name]'` |
 * | string with lone surrogates | the string with U+FFFD instead of each |
 * | Date, URL, RegExp | ISO 8601 text, its href, its source |
 * | Map with string keys, other Map, Set | object, list of `[key, value]`, list |
 * | Error | {@link ErrorData} |
 * | typed array, buffer | `'[Uint8Array 12 bytes]'` |
 * | class instance | its own enumerable properties; `'[Name]'` if it has none |
 * | cycle, more than 64 levels | `'[Circular]'`, `'[Too deep]'` |
 * | getter or Proxy that throws | `'[Getter threw: message]'`, `'[Unreadable: message]'` |
 *
 * A value is cut after 1,000,000 objects (a class instance counts as 20) or 5,000,000 leaves, with `'[Truncated: …]'` as
 * the last entry. Long strings and lists below these limits are kept whole.
 *
 * @param places where the value stands: names make members secret in settings and headers only. Default: `data`
 */
export function snapshot(value: unknown, redactor?: Redactor, places: Places = 'data'): Json {
  return new Walk(redactor, captured, { places }).root(value);
}

/**
 * Takes a {@link snapshot} of an event's data. The user's redaction function is called for the members but not for the
 * data itself, so it can never destroy the shape of an event.
 */
export function snapshotData(data: object, redactor?: Redactor, places: Places = 'data'): Json {
  return new Walk(redactor, captured, { places }).members(data);
}

/**
 * Takes a {@link snapshot} and remembers it: a later snapshot with the same redactor that contains the result reuses it
 * without a copy. For values that are recorded more than once, such as datasets and candidates.
 */
export function capture(value: unknown, redactor?: Redactor, places: Places = 'data'): Json {
  const json = snapshot(value, redactor, places);
  if (typeof json === 'object' && json !== null) captured.set(json, redactor ?? null);
  return json;
}

/**
 * Captures a program or a part of one: its secrets get names in `names`, so that `loadBest` can restore the program.
 *
 * @see capture
 */
export function captureProgram(value: unknown, redactor: Redactor, options: ProgramOptions): Json {
  const json = new Walk(redactor, captured, options).root(value);
  if (typeof json === 'object' && json !== null) captured.set(json, redactor);
  return json;
}

/**
 * Freezes an object of captured values and plain texts, and remembers it as captured: it is recorded as it is.
 */
export function captureOwn<T extends object>(data: T, redactor: Redactor): T {
  captured.set(data, redactor);
  return Object.freeze(data);
}

/**
 * Returns the data that is recorded for a thrown value: name, message, code, stack and causes (five errors in all),
 * redacted. A value that is not an error gets the name `NonError` and its content as the message. Never throws.
 */
export function toErrorData(error: unknown, redactor?: Redactor): ErrorData {
  return errorData(error, redactor, (value) => describe(value, redactor));
}

function describe(value: unknown, redactor: Redactor | undefined): string {
  const json = snapshot(value, redactor);
  return typeof json === 'string' ? json : value === undefined ? 'undefined' : JSON.stringify(json);
}
