import { AsyncLocalStorage } from 'node:async_hooks';

/** What {@link deadline} resolves with when the time is up. */
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
 * Runs `fn` outside of every run: in the asynchronous context in which this package was loaded. Sinks are called so, that
 * nothing they start is taken for the user's own work.
 */
export const outside: <T>(fn: () => T) => T = AsyncLocalStorage.snapshot();
