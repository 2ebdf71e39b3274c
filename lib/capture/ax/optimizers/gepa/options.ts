import { isObject, safeGet } from '../../../observe/inspect.js';
import { insideForward } from '../../access/scope.js';
import { watchFunction } from '../../watch/example-watch.js';

/** Observes the functions in GEPA's options. Each method runs `call` and returns the value for GEPA. */
export interface OptionWatch {
  /** Runs `paretoScalarize`, which returns the number by which GEPA ranks an example. */
  scalarize(call: () => unknown, args: unknown[]): unknown;
  /** Runs `feedbackFn`, which returns the feedback on an example for the reflection. */
  feedback(call: () => unknown, args: unknown[]): unknown;
  /** Runs `gepaAdapter.evaluate`, which evaluates a batch without `forward` calls of GEPA. */
  evaluate(call: () => unknown, args: unknown[]): unknown;
  /** Runs `gepaAdapter.make_reflective_dataset` or `propose_new_texts`. */
  reflect(name: string, call: () => unknown, args: unknown[]): unknown;
}

/**
 * Returns the options to pass to GEPA: the user's own object if it contains nothing to observe; otherwise a copy of its
 * properties with stand-ins, which call the user's functions with the same `this` and arguments. The user's options and
 * adapter are not changed, so they may be frozen or shared by parallel compiles.
 */
export function watchOptions(options: unknown, watch: OptionWatch): unknown {
  if (!isObject(options)) return options;
  const standIns: Record<string, unknown> = {};
  const scalarize = safeGet(options, 'paretoScalarize');
  if (typeof scalarize === 'function') {
    standIns.paretoScalarize = watchFunction(withThis(scalarize, options), (call, args) => watch.scalarize(call, args));
  }
  const feedback = safeGet(options, 'feedbackFn');
  if (typeof feedback === 'function')
    standIns.feedbackFn = standInFor(feedback, (call, args) => watch.feedback(call, args));
  const adapter = safeGet(options, 'gepaAdapter');
  if (isObject(adapter)) standIns.gepaAdapter = adapterStandIn(adapter, watch);
  if (Object.keys(standIns).length === 0) return options;
  const copy = Object.create(
    Object.getPrototypeOf(options) as object | null,
    Object.getOwnPropertyDescriptors(options),
  ) as object;
  for (const [name, value] of Object.entries(standIns)) {
    Object.defineProperty(copy, name, { value, configurable: true, enumerable: true, writable: true });
  }
  return copy;
}

// biome-ignore lint/complexity/noBannedTypes: a user's function of any signature
type AnyFunction = Function;

function withThis(fn: AnyFunction, self: unknown): AnyFunction {
  return new Proxy(fn, { apply: (target, _self, args: unknown[]) => Reflect.apply(target, self, args) as unknown });
}

function standInFor(fn: AnyFunction, run: (call: () => unknown, args: unknown[]) => unknown): AnyFunction {
  return new Proxy(fn, {
    apply: (target, self: unknown, args: unknown[]) => run(() => Reflect.apply(target, self, args) as unknown, args),
  });
}

/** Returns a stand-in that calls the adapter's methods. It is a Proxy of an empty object because the adapter may be frozen. */
function adapterStandIn(adapter: Record<PropertyKey, unknown>, watch: OptionWatch): object {
  return new Proxy(
    {},
    {
      get(_target, name) {
        const value = adapter[name];
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          const call = () => insideForward(() => Reflect.apply(value, adapter, args) as unknown);
          return name === 'evaluate' ? watch.evaluate(call, args) : watch.reflect(String(name), call, args);
        };
      },
      has: (_target, name) => name in adapter,
    },
  );
}
