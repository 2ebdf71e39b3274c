import { isObject, safeGet } from '../../../observe/inspect.js';
import { insideForward } from '../../access/scope.js';
import { watchFunction } from '../../watch/example-watch.js';

/** What is watched of the functions and objects in GEPA's options. */
export interface OptionWatch {
  /** `paretoScalarize`: the number GEPA ranks an example by. */
  scalarize(call: () => unknown, args: unknown[]): unknown;
  /** `feedbackFn`: what the reflection is told about an example. */
  feedback(call: () => unknown, args: unknown[]): unknown;
  /** `gepaAdapter.evaluate`: a batch that is evaluated without GEPA calling `forward`. */
  evaluate(call: () => unknown, args: unknown[]): unknown;
  /** `gepaAdapter.make_reflective_dataset` and `propose_new_texts`. */
  reflect(name: string, call: () => unknown, args: unknown[]): unknown;
}

/**
 * The options as GEPA gets them: the user's very object unless it holds something to watch; then a copy, property by
 * property, with stand-ins that call the user's functions with their own `this` and arguments. The user's options and
 * adapter are not touched, so they may be frozen or shared by parallel compiles.
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

/** The adapter's methods, each called on the adapter itself; a Proxy of an empty object, because the adapter may be frozen. */
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
