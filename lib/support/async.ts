import { AsyncLocalStorage } from 'node:async_hooks';

/** The value that {@link deadline} resolves with when the time is up. */
export const TIMED_OUT = Symbol('timed out');

/**
 * Settles as `value` does, or resolves with {@link TIMED_OUT} after `limitMs` milliseconds. A rejection after that is
 * ignored.
 */
export async function deadline<T>(value: T | PromiseLike<T>, limitMs: number): Promise<T | typeof TIMED_OUT> {
  let timer: NodeJS.Timeout | undefined;
  const settled = Promise.resolve(value);
  settled.catch(() => undefined);
  const timeUp = new Promise<typeof TIMED_OUT>((resolve) => {
    timer = setTimeout(resolve, limitMs, TIMED_OUT);
  });
  try {
    return await Promise.race([settled, timeUp]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Returns a promise that settles as a thenable does, or `null` for a value without a `then` method. Never throws: it reads
 * `then` once, the first callback wins, and an error from reading or calling `then` rejects the promise.
 */
export function promiseOf(value: unknown): Promise<unknown> | null {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return null;
  try {
    const { then } = value as { readonly then?: unknown };
    if (typeof then !== 'function') return null;
    return new Promise((resolve, reject) => Reflect.apply(then, value, [resolve, reject]));
  } catch (error) {
    return Promise.reject(error);
  }
}

/**
 * Runs `fn` outside every run, in the asynchronous context in which this package was loaded. Returns what `fn` returns.
 * Sinks run detached, so nothing they start is attributed to the user's run.
 */
export const runDetached: <T>(fn: () => T) => T = AsyncLocalStorage.snapshot();
