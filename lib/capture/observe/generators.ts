import { types } from 'node:util';
import { type Callable, methodOf, safeGet } from './inspect.js';
import { derive } from './promises.js';

/**
 * Receives the steps of a generator or stream. It must not hold a reference to it, so that it can be garbage-collected.
 * Only `run` may throw: the error of the step.
 */
export interface StepListener {
  run<T>(step: () => T): T;
  yielded(value: unknown): void;
  returned(value: unknown): void;
  failed(error: unknown): void;
  /** Called if it was cancelled or garbage-collected before its end. */
  abandoned(): void;
}

const collected = new FinalizationRegistry<StepListener>((listener) => listener.abandoned());

/**
 * Follows a generator, sync or async, to its end: each step runs through the listener, and its result reaches the caller
 * unchanged. The generator keeps its identity; own methods shadow those of its prototype.
 *
 * @returns false if the object cannot be followed because it is frozen or not a generator
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
  collected.register(generator, listener);
  return true;
}

function takeStep(listener: StepListener, isReturn: boolean, step: () => unknown): unknown {
  const stepTaken = (result: unknown): void => {
    if (safeGet(result, 'done') !== true) listener.yielded(safeGet(result, 'value'));
    else if (isReturn) listener.abandoned();
    else listener.returned(safeGet(result, 'value'));
  };
  let result: unknown;
  try {
    result = listener.run(step);
  } catch (error) {
    listener.failed(error);
    throw error;
  }
  if (types.isPromise(result)) {
    return derive(result, { fulfilled: stepTaken, rejected: (error) => listener.failed(error) });
  }
  stepTaken(result);
  return result;
}
