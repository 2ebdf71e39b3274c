/**
 * Lets `seen` know how a value settles, without changing how it does. A native promise gives a promise derived from it
 * (an unhandled rejection stays unhandled); a foreign thenable gets a stand-in with one `then`, so that a lazy one is
 * not started twice; anything else is reported at once and returned.
 */
export function observe<T>(value: T, seen: (error: unknown, result: unknown, failed: boolean) => void): T {
  if (value instanceof Promise) {
    return value.then(
      (result: unknown) => {
        seen(undefined, result, false);
        return result;
      },
      (error: unknown) => {
        seen(error, undefined, true);
        throw error;
      },
    ) as T;
  }
  if (isThenable(value)) return standIn(value, seen) as T;
  seen(undefined, value, false);
  return value;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
    typeof (value as { then?: unknown }).then === 'function'
  );
}

function standIn(
  value: PromiseLike<unknown>,
  seen: (error: unknown, result: unknown, failed: boolean) => void,
): PromiseLike<unknown> {
  const then = ((fulfilled, rejected) =>
    value.then(
      (result) => {
        seen(undefined, result, false);
        return fulfilled ? fulfilled(result) : (result as never);
      },
      (error: unknown) => {
        seen(error, undefined, true);
        if (rejected) return rejected(error);
        throw error;
      },
    )) as PromiseLike<unknown>['then'];
  return { then };
}
