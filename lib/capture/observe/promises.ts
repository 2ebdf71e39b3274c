import { types } from 'node:util';
import { findProperty, isObject, safeGet } from '../inspect.js';

/**
 * What happens to a value that has a `then` but is no plain promise, so that its `then` runs somebody's code:
 *
 * - `leave`: it is left alone, its `then` is not even read.
 * - `promises`: a promise of a subclass, or with a `then` of its own, is followed through that; other thenables are left.
 * - `watch`: other thenables are followed, too. The caller gets a stand-in with one `then`, which asks the thenable when
 *   the caller does, so that a lazy one is not started early or twice.
 */
export type Thenables = 'leave' | 'promises' | 'watch';

/** Gets what a value settles with. None of it may throw. */
export interface Settling {
  fulfilled(value: unknown): void;
  rejected(error: unknown): void;
  /** It has a `then` and is left alone. */
  left(value: unknown): void;
}

const { then } = Promise.prototype;

/** What a promise may own so that deriving from it runs somebody's code. */
const OVERRIDES = ['then', 'constructor'];

/**
 * Tells how a value settles. A promise gives a promise derived from it that settles the same way, so that an unhandled
 * rejection stays unhandled; a value without a `then` is told at once.
 *
 * @returns what the caller is to get in place of the value
 */
export function settle(value: unknown, to: Settling, thenables: Thenables): unknown {
  if (types.isPromise(value) && Object.getPrototypeOf(value) === Promise.prototype) {
    const names = Object.getOwnPropertyNames(value);
    if (names.length === 0) return derive(value, to);
    if (!OVERRIDES.some((name) => names.includes(name))) return carryOver(names, value, derive(value, to));
  }
  if (!isObject(value)) to.fulfilled(value);
  else if (thenables !== 'leave' && types.isPromise(value)) return deriveByItself(value, to);
  else if (thenables === 'watch' && typeof safeGet(value, 'then') === 'function') return standIn(value, to);
  else if (thenables !== 'watch' && hasThen(value)) to.left(value);
  else to.fulfilled(value);
  return value;
}

/** Derives a promise by the language's own `then`. It settles as this one does, right after `to` was told. */
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

/** A promise that carries more, such as a `cancel()`, hands it on. Node keeps a promise's async context under a symbol. */
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
    to.left(promise);
    return promise;
  }
}

/** Whether there is a `then`, or a getter of that name. Neither it nor a proxy is asked. */
function hasThen(value: object): boolean {
  return !types.isProxy(value) && findProperty(value, 'then') !== undefined;
}

type Handler = ((settled: unknown) => unknown) | null | undefined;

function standIn(thenable: object, to: Settling): PromiseLike<unknown> {
  const ask = (onFulfilled: Handler, onRejected: Handler): unknown => {
    let own: PromiseLike<unknown>['then'];
    try {
      own = (thenable as PromiseLike<unknown>).then;
    } catch (error) {
      to.rejected(error);
      throw error;
    }
    return Reflect.apply(own, thenable, [
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
  return { then: ask as PromiseLike<unknown>['then'] };
}
