import { types } from 'node:util';
import type { ErrorData } from '../../contract/events.js';
import type { Redactor } from '../redact/redact.js';
import { attempt, className, thrownText } from './leaves.js';

const CAUSE_DEPTH = 5;

/** Returns true for errors of this and other realms, and for objects that inherit from `Error`. Never throws. */
export function isErrorLike(value: object): boolean {
  return types.isNativeError(value) || attempt(() => value instanceof Error) === true;
}

/**
 * Implements `toErrorData` of snapshot.ts.
 *
 * @param describe returns the text of a thrown value that is not an error
 * @param depth number of errors that are recorded: the error and its causes. Default: 5
 */
export function errorData(
  error: unknown,
  redactor: Redactor | undefined,
  describe: (value: unknown) => string,
  depth: number = CAUSE_DEPTH,
): ErrorData {
  const clean = (text: string): string => (redactor ? redactor.text(text) : text).toWellFormed();
  if (typeof error !== 'object' || error === null) {
    return Object.freeze({ name: 'NonError', message: clean(typeof error === 'string' ? error : describe(error)) });
  }
  const read = (key: string): unknown => attempt(() => Reflect.get(error, key));
  const message = read('message');
  const isError = isErrorLike(error);
  if (!isError && typeof message !== 'string') {
    return Object.freeze({ name: 'NonError', message: clean(describe(error)) });
  }
  const name = read('name');
  const code = read('code');
  const stack = read('stack');
  const cause = depth > 1 ? causeOf(read('cause'), read('errors'), error) : undefined;
  return Object.freeze({
    name: clean(typeof name === 'string' && name !== '' ? name : className(error)),
    message: clean(typeof message === 'string' ? message : thrownText(error)),
    ...(typeof code === 'string' || typeof code === 'number' ? { code: clean(String(code)) } : {}),
    ...(typeof stack === 'string' ? { stack: clean(stack) } : {}),
    ...(cause === undefined ? {} : { cause: errorData(cause, redactor, describe, depth - 1) }),
  });
}

/** For an `AggregateError`, returns its first error: a failed `fetch` has the reason only there. */
function causeOf(cause: unknown, errors: unknown, self: object): unknown {
  if (cause !== undefined && cause !== null) return cause === self ? undefined : cause;
  const first: unknown = attempt(() => (Array.isArray(errors) ? errors[0] : undefined));
  return first === self ? undefined : first;
}
