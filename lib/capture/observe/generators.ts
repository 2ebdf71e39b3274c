import { types } from 'node:util';
import { type Callable, methodOf, safeGet } from '../inspect.js';
import { derive } from './promises.js';

/** What hears of the steps of a generator or stream. It must not hold it. None of it may throw, but as a step does. */
export interface StepListener {
  run<T>(step: () => T): T;
  yielded(value: unknown): void;
  returned(value: unknown): void;
  failed(error: unknown): void;
  /** It was left before its end. */
  left(): void;
}

/** Generators that nobody holds any more: what follows them ends. */
const abandoned = new FinalizationRegistry<StepListener>((listener) => listener.left());

/**
 * Follows a generator, sync or async, to its end: each step runs through the listener and is handed over as it comes.
 * The generator stays the very object; its methods are shadowed on it.
 *
 * @returns false if the object cannot be followed: it is frozen, or no generator
 */
export function followGenerator(generator: object, listener: StepListener): boolean {
  if (!Object.isExtensible(generator) || methodOf(generator, 'next') === undefined) return false;
  for (const name of ['next', 'return', 'throw'] as const) {
    const original = methodOf(generator, name);
    if (original === undefined) continue;
    const step = {
      [name](this: unknown, ...args: unknown[]): unknown {
        return takeStep(listener, name === 'return', () => Reflect.apply(original, this, args));
      },
    }[name] as Callable;
    Object.defineProperty(step, 'length', { value: 1, configurable: true });
    Object.defineProperty(generator, name, { value: step, configurable: true, writable: true, enumerable: false });
  }
  abandoned.register(generator, listener);
  return true;
}

function takeStep(listener: StepListener, leaves: boolean, step: () => unknown): unknown {
  const taken = (result: unknown): void => {
    if (safeGet(result, 'done') !== true) listener.yielded(safeGet(result, 'value'));
    else if (leaves) listener.left();
    else listener.returned(safeGet(result, 'value'));
  };
  let result: unknown;
  try {
    result = listener.run(step);
  } catch (error) {
    listener.failed(error);
    throw error;
  }
  if (types.isPromise(result)) return derive(result, { fulfilled: taken, rejected: (error) => listener.failed(error) });
  taken(result);
  return result;
}
