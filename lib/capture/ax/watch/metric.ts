import { isInside } from '../access/scope.js';

/**
 * A stand-in for the user's function that calls it with the same `this` and arguments and lets `run` see the call. Its
 * name, length and properties are the function's own. Calls from inside an example pass straight through.
 */
export function watchFunction<F>(fn: F, run: (call: () => unknown, args: unknown[]) => unknown): F {
  if (typeof fn !== 'function') return fn;
  return new Proxy(fn, {
    apply(target, self: unknown, args: unknown[]) {
      const call = () => Reflect.apply(target, self, args) as unknown;
      return isInside() ? call() : run(call, args);
    },
  });
}
