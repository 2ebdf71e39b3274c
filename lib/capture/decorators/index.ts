import { AutologError } from '../../contract/errors.js';
import { received } from '../../support/received.js';
import { isPlainObject, ownValue } from '../observe/inspect.js';
import { decorate, decorateField } from './decorate.js';
import { type Kind, planOf } from './options.js';
import { isTrackable, trackObject } from './targets.js';
import type { Hyperparam, HyperparamOptions, TrackCompile, TrackEval, TrackTrial } from './types.js';

export { type ActiveCompile, activeCompile } from './active-compile.js';
export { getTracking } from './metadata.js';
export type {
  AnyMethod,
  Hyperparam,
  HyperparamDecorator,
  HyperparamOptions,
  ResultRow,
  Roles,
  Source,
  TrackClassOrMethod,
  TrackCompile,
  TrackCompileOptions,
  TrackEval,
  TrackEvalOptions,
  TrackedField,
  TrackedMethods,
  Tracking,
  TrackMethod,
  TrackOptions,
  TrackTrial,
  TrackTrialOptions,
} from './types.js';

/**
 * Returns a decorator; or, if the first argument is an object to track, tracks and returns it. `when` runs before each
 * call: `false` leaves the call untracked.
 */
export function tracking(kind: Kind, args: readonly unknown[], when?: () => boolean): unknown {
  const [first, second] = args;
  const method = ownValue(second, 'method');
  if (isTrackable(kind, first, typeof method === 'string' ? method : undefined)) {
    trackObject(first, planOf(kind, second, when));
    return first;
  }
  const plan = planOf(kind, first, when);
  return (...target: readonly unknown[]): unknown => decorate(plan, target);
}

/**
 * Tracks an optimizer: each `compile` is recorded with its hyperparameters, datasets, seed and best program.
 *
 * - `@trackCompile(options?)` on a class tracks `compile`, and `compileStream` and `compilePareto` if they exist. On a
 *   method, also a static or `#private` one, it tracks that method. It works as a standard and as a legacy decorator.
 * - `trackCompile(object, options?)` tracks one object and returns it.
 *
 * The method receives the caller's own arguments and `this`, returns what it returns and throws what it throws. If a
 * subclass overrides a tracked method without a decorator, its calls of `super` are tracked.
 *
 * Errors are thrown when the decorator is applied, never when the method runs.
 *
 * @throws AutologError `AXL_NO_METHOD` if there is no method to track, `AXL_DECORATED_TWICE` if it is tracked already,
 * `AXL_DECORATOR_TARGET` for anything but a class, method or object, `AXL_UNKNOWN_ROLE` for an unknown option or a role
 * that names an argument which the method does not have, `AXL_BAD_OPTIONS` for a wrong type
 *
 * @example
 * @trackCompile({ label: 'RandomSearch', trainset: 'train' })
 * class RandomSearch { @hyperparam() trials = 10; async compile(program, options) { … } }
 */
export const trackCompile = ((...args: readonly unknown[]) => tracking('trackCompile', args)) as TrackCompile;

/**
 * Tracks an evaluator: each call is a trial inside a compile, and an evaluation outside. On a class or object it tracks
 * the first of `evaluate`, `run`, `call` that exists, or the method named by the option `method`. Otherwise it works as
 * {@link trackCompile} does, with the same errors.
 *
 * The return value may be a number or `{ score, results? }`, with rows `{ example, prediction, score, … }` or DSPy's
 * tuples; the options `score` and `results` read others. Without results, the program's runs are recorded as examples.
 *
 * @example
 * @trackEval({ label: 'ExactMatch' })
 * class ExactMatch { async evaluate(program, { devset }) { … return { score, results }; } }
 */
export const trackEval = ((...args: readonly unknown[]) => tracking('trackEval', args)) as TrackEval;

/**
 * Tracks the method of an optimizer that scores one candidate on one batch: each call inside a compile is a trial. The
 * candidate and the batch are the parameters of these names, or else the first argument and the first array after it.
 * Errors are those of {@link trackCompile}.
 *
 * @example
 * class RandomSearch { @trackTrial({ phase: 'full' }) async score(candidate, batch) { … return score; } }
 */
export const trackTrial = ((...args: readonly unknown[]) => tracking('trackTrial', args)) as TrackTrial;

/**
 * Marks a field, accessor or getter as a hyperparameter. If a class marks some, only these are recorded; if it marks none,
 * all its own enumerable scalar fields are. The field itself is not changed.
 *
 * @throws AutologError `AXL_DECORATOR_TARGET` for a method or setter, `AXL_BAD_OPTIONS` for options other than
 * `{ name?: string }`
 *
 * @example
 * class RandomSearch { @hyperparam() trials = 10; @hyperparam({ name: 'seed' }) #seed = 1; }
 */
export const hyperparam: Hyperparam = (options: HyperparamOptions = {}) => {
  const name: unknown = isPlainObject(options) ? options.name : options;
  if (!isPlainObject(options) || (name !== undefined && (typeof name !== 'string' || name === ''))) {
    const got = isPlainObject(options) ? `the name ${received(name)}` : received(options);
    throw new AutologError(
      'AXL_BAD_OPTIONS',
      `options of hyperparam() must be { name: 'a non-empty string' } or absent, got ${got}. ` +
        `Write the decorator with parentheses: @hyperparam()`,
    );
  }
  return (...target: readonly unknown[]): void => decorateField(options, target);
};
