import { finish, type OpenCall, runInside } from './call.js';
import { isNativePromise } from './inspect.js';

type Step = IteratorResult<unknown, unknown>;
type Method = (this: unknown, ...args: readonly unknown[]) => unknown;
type Name = 'next' | 'return' | 'throw';

const { then } = Promise.prototype;

/** Ends the tracking of generators that nobody holds any more. */
const abandoned = new FinalizationRegistry<OpenCall>((call) =>
  finish(call, { failed: false, seen: true, cancelled: true }),
);

/**
 * Follows a generator, sync or async, to its end: each step runs in the call's frame and is handed over as it comes.
 * The generator stays the very object that the method returned; its three methods are shadowed on it.
 *
 * @returns false where the object cannot be followed: it is frozen, or another tracked call follows it
 */
export function attachToGenerator(generator: object, call: OpenCall): boolean {
  if (!Object.isExtensible(generator) || Object.hasOwn(generator, 'next')) return false;
  const progress = { last: undefined as unknown };
  for (const name of ['next', 'return', 'throw'] as const) {
    const original = (generator as Record<Name, Method>)[name];
    const step = {
      [name](this: unknown, ...args: readonly unknown[]): unknown {
        return takeStep(call, name, progress, () => Reflect.apply(original, this, args));
      },
    }[name] as Method;
    Object.defineProperty(step, 'length', { value: 1, configurable: true });
    Object.defineProperty(generator, name, { value: step, configurable: true, writable: true, enumerable: false });
  }
  abandoned.register(generator, call);
  return true;
}

function takeStep(call: OpenCall, name: Name, progress: { last: unknown }, run: () => unknown): unknown {
  const failed = (error: unknown): never => {
    finish(call, { failed: true, seen: true, error });
    throw error;
  };
  const seen = (step: Step): Step => {
    if (!step.done) progress.last = step.value;
    else if (name === 'return') finish(call, { failed: false, seen: true, cancelled: true });
    else finish(call, { failed: false, seen: true, value: step.value === undefined ? progress.last : step.value });
    return step;
  };
  let result: unknown;
  try {
    result = runInside(call, run);
  } catch (error) {
    return failed(error);
  }
  return isNativePromise(result) ? then.call(result, seen as (step: unknown) => unknown, failed) : seen(result as Step);
}
