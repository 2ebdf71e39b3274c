/**
 * Observes how a value settles without changing it. A native promise gives a promise derived from it that settles the
 * same way: same value, same error object; if nobody handles it, it is unhandled exactly once. Anything else, foreign
 * thenables included, comes back as it is and counts as settled.
 */
export function onSettled<T>(value: T, done: (value: unknown) => void, failed: (error: unknown) => void): T {
  if (!(value instanceof Promise)) {
    done(value);
    return value;
  }
  return value.then(
    (result) => {
      done(result);
      return result;
    },
    (error: unknown) => {
      failed(error);
      throw error;
    },
  ) as T;
}
