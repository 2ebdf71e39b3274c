import { types } from 'node:util';

type Step = IteratorResult<unknown, unknown>;
type Method = (this: unknown, ...args: readonly unknown[]) => unknown;
type Name = 'next' | 'return' | 'throw';

/** How a generator ended. */
export interface GeneratorOutcome {
  readonly failed: boolean;
  /** It was left before its end. */
  readonly cancelled?: boolean;
  /** What it returned. */
  readonly value?: unknown;
  readonly error?: unknown;
}

/** What follows a generator to its end. It must not hold the generator. */
export interface GeneratorFollower {
  /** Runs one step, exactly once. Returns or throws as `step` does. */
  within(step: () => unknown): unknown;
  /** It has handed this over. */
  yielded(value: unknown): void;
  /** It is over, or nobody holds it any more. Called again, it does nothing. Must not throw. */
  end(outcome: GeneratorOutcome): void;
}

const { then } = Promise.prototype;

const abandoned = new FinalizationRegistry<GeneratorFollower>((follower) =>
  follower.end({ failed: false, cancelled: true }),
);

/**
 * Follows a generator, sync or async, to its end: each step runs through the follower and is handed over as it comes. The
 * generator stays the very object; its three methods are shadowed on it.
 *
 * @param again whether it may be followed by something already, which then runs inside
 * @returns false where the object cannot be followed: it is frozen, or something follows it already
 */
export function followGenerator(generator: object, follower: GeneratorFollower, again = false): boolean {
  if (!Object.isExtensible(generator) || (!again && Object.hasOwn(generator, 'next'))) return false;
  for (const name of ['next', 'return', 'throw'] as const) {
    const original = (generator as Record<Name, Method>)[name];
    const step = {
      [name](this: unknown, ...args: readonly unknown[]): unknown {
        return takeStep(follower, name, () => Reflect.apply(original, this, args));
      },
    }[name] as Method;
    Object.defineProperty(step, 'length', { value: 1, configurable: true });
    Object.defineProperty(generator, name, { value: step, configurable: true, writable: true, enumerable: false });
  }
  abandoned.register(generator, follower);
  return true;
}

function takeStep(follower: GeneratorFollower, name: Name, run: () => unknown): unknown {
  const failed = (error: unknown): never => {
    follower.end({ failed: true, error });
    throw error;
  };
  const seen = (step: Step): Step => {
    if (!step.done) follower.yielded(step.value);
    else follower.end({ failed: false, value: step.value, ...(name === 'return' ? { cancelled: true } : {}) });
    return step;
  };
  let result: unknown;
  try {
    result = follower.within(run);
  } catch (error) {
    return failed(error);
  }
  return types.isPromise(result) ? then.call(result, seen as (step: unknown) => unknown, failed) : seen(result as Step);
}

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
