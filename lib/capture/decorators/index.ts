import { AutologError } from '../../contract/errors.js';
import { isPlainObject, kindOf, ownValue } from '../inspect.js';
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

/** Makes a decorator, or tracks one object, as the argument tells. `when` is asked before each tracked call. */
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
 * Tracks an optimizer: each `compile` is a run, with its hyperparameters, datasets, seed and best program.
 *
 * - `@trackCompile(options?)` on a class wraps `compile`, and `compileStream` and `compilePareto` where they exist;
 *   on a method (static and `#private` too) that one. Standard and legacy decorators alike.
 * - `trackCompile(object, options?)` tracks one object and returns it.
 *
 * The method gets the caller's own arguments and `this`; what it returns, throws or yields passes through. A subclass
 * that overrides a tracked method without a decorator of its own is tracked as far as it calls `super`.
 *
 * @throws AutologError `AXL_NO_METHOD`, `AXL_DECORATED_TWICE`, `AXL_DECORATOR_TARGET`, `AXL_UNKNOWN_ROLE`,
 * `AXL_BAD_OPTIONS`: all when it is applied, none when the method runs
 *
 * @example
 * @trackCompile({ label: 'RandomSearch', trainset: 'train' })
 * class RandomSearch { @hyperparam() trials = 10; async compile(program, options) { … } }
 */
export const trackCompile = ((...args: readonly unknown[]) => tracking('trackCompile', args)) as TrackCompile;

/**
 * Tracks an evaluator: inside a compile each call is a trial, outside an evaluation. On a class or object the first of
 * `evaluate`, `run`, `call`, or the method named by the option `method`; otherwise as {@link trackCompile}.
 *
 * The return value is read as a number or `{ score, results? }`, with rows `{ example, prediction, score, … }` or
 * DSPy's tuples; the options `score` and `results` read others. Without results, the program's runs are the examples.
 */
export const trackEval = ((...args: readonly unknown[]) => tracking('trackEval', args)) as TrackEval;

/**
 * Tracks the method of an optimizer that scores one candidate on one batch: each call inside a compile is a trial.
 * Arguments are found as `candidate` and `batch` by name, else as first argument and first list after it.
 */
export const trackTrial = ((...args: readonly unknown[]) => tracking('trackTrial', args)) as TrackTrial;

/**
 * Marks a field, accessor or getter as a hyperparameter. Where a class marks some, only they are recorded; where it
 * marks none, all own enumerable scalar fields are. The field itself stays as it is.
 *
 * @throws AutologError `AXL_DECORATOR_TARGET`, `AXL_BAD_OPTIONS`
 */
export const hyperparam: Hyperparam = (options: HyperparamOptions = {}) => {
  const name: unknown = isPlainObject(options) ? options.name : options;
  if (!isPlainObject(options) || (name !== undefined && (typeof name !== 'string' || name === ''))) {
    throw new AutologError(
      'AXL_BAD_OPTIONS',
      `hyperparam() came with ${kindOf(isPlainObject(options) ? name : options)}; expected { name: 'a non-empty string' } or ` +
        `nothing. As a decorator it is written with parentheses: @hyperparam()`,
    );
  }
  return (...target: readonly unknown[]): void => decorateField(options, target);
};
