import { types } from 'node:util';
import { findProperty, isObject, safeGet } from './inspect.js';

/**
 * How to treat a value that has a `then` but is not a plain promise, so that following it runs foreign code:
 *
 * - `ignore`: nothing of it is read, not even its `then`.
 * - `promises`: promises of a subclass, or with an own `then`, are followed through it; other thenables are ignored.
 * - `follow`: all thenables are followed. The caller receives a stand-in whose `then` calls the thenable's, so that a lazy
 *   thenable starts when the caller asks, and only once.
 */
export type Thenables = 'ignore' | 'promises' | 'follow';

/** Receives the result that a value settles with. Its methods must not throw. */
export interface Settling {
  fulfilled(value: unknown): void;
  rejected(error: unknown): void;
  /** Receives a value that has a `then` and is not followed. */
  ignored(value: unknown): void;
}

const { then } = Promise.prototype;

/** Own properties of a promise that make deriving from it run foreign code. */
const OVERRIDES = ['then', 'constructor'];

/**
 * Reports how a value settles. For a promise, returns a promise derived from it that settles the same way, so that an
 * unhandled rejection stays unhandled. A value without a `then` is reported at once.
 *
 * @returns the value that the caller receives instead
 */
export function settle(value: unknown, to: Settling, thenables: Thenables): unknown {
  if (types.isPromise(value) && Object.getPrototypeOf(value) === Promise.prototype) {
    const names = Object.getOwnPropertyNames(value);
    if (names.length === 0) return derive(value, to);
    if (!OVERRIDES.some((name) => names.includes(name))) return carryOver(names, value, derive(value, to));
  }
  if (!isObject(value)) to.fulfilled(value);
  else if (thenables !== 'ignore' && types.isPromise(value)) return deriveByItself(value, to);
  else if (thenables === 'follow' && typeof safeGet(value, 'then') === 'function') return standIn(value, to);
  else if (thenables !== 'follow' && hasThen(value)) to.ignored(value);
  else to.fulfilled(value);
  return value;
}

/** Derives a promise with the built-in `then`. It settles as the original does, right after `to` is called. */
export function derive(
  promise: Promise<unknown>,
  to: { fulfilled(value: unknown): void; rejected(error: unknown): void },
): Promise<unknown> {
  return then.call(
    promise,
    (value: unknown) => {
      to.fulfilled(value);
      return value;
    },
    (error: unknown) => {
      to.rejected(error);
      throw error;
    },
  );
}

/** Copies own properties such as `cancel()`. Symbols are not copied: Node keeps a promise's async context under one. */
function carryOver(names: readonly string[], promise: Promise<unknown>, derived: Promise<unknown>): Promise<unknown> {
  for (const name of names) {
    const descriptor = Object.getOwnPropertyDescriptor(promise, name);
    if (descriptor) Object.defineProperty(derived, name, descriptor);
  }
  return derived;
}

function deriveByItself(promise: Promise<unknown>, to: Settling): unknown {
  try {
    return promise.then(
      (value) => {
        to.fulfilled(value);
        return value;
      },
      (error: unknown) => {
        to.rejected(error);
        throw error;
      },
    );
  } catch {
    to.ignored(promise);
    return promise;
  }
}

/** Returns whether there is a property `then`. Runs no code of the value: neither a getter nor a proxy trap. */
function hasThen(value: object): boolean {
  return !types.isProxy(value) && findProperty(value, 'then') !== undefined;
}

type Handler = ((settled: unknown) => unknown) | null | undefined;

function standIn(thenable: object, to: Settling): PromiseLike<unknown> {
  const callThen = (onFulfilled: Handler, onRejected: Handler): unknown => {
    let original: PromiseLike<unknown>['then'];
    try {
      original = (thenable as PromiseLike<unknown>).then;
    } catch (error) {
      to.rejected(error);
      throw error;
    }
    return Reflect.apply(original, thenable, [
      (value: unknown) => {
        to.fulfilled(value);
        return onFulfilled ? onFulfilled(value) : value;
      },
      (error: unknown) => {
        to.rejected(error);
        if (onRejected) return onRejected(error);
        throw error;
      },
    ]);
  };
  // biome-ignore lint/suspicious/noThenProperty: it stands in for a thenable
  return { then: callThen as PromiseLike<unknown>['then'] };
}
