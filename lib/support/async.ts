import { AsyncLocalStorage } from 'node:async_hooks';

/** {@link deadline} resolves with this when the time is up. */
export const TIMED_OUT = Symbol('timed out');

/** Resolves or rejects as `value` does, or with {@link TIMED_OUT} after `limitMs`. A late rejection is swallowed. */
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
 * Returns a promise that settles as a value with a `then` method does, or `null` for any other value: there is nothing to
 * wait for. Never throws, whatever a stranger's object does: `then` is read once, its first callback decides, and what
 * reading or calling it throws rejects the promise.
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
 * Runs `fn` outside of every run: in the asynchronous context in which this package was loaded. Sinks run detached, so
 * nothing they start is attributed to the user's run.
 */
export const runDetached: <T>(fn: () => T) => T = AsyncLocalStorage.snapshot();
