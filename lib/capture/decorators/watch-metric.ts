import { received } from '../../support/received.js';
import { withRole } from '../../track/context.js';
import { tracker } from '../../track/tracker.js';
import type { ExampleResult } from '../../track/types.js';
import { follow } from '../observe/follow.js';
import { guard } from '../observe/guard.js';
import { type Callable, isFunction, isPlainObject, ownValue } from '../observe/inspect.js';
import { readScore } from './results.js';
import type { Signature } from './roles.js';
import { makeLookLike } from './wrap.js';

/**
 * Returns the arguments with a metric that calls the caller's and records each result. The metric may be called as in ax,
 * `({ prediction, example })`, or as in DSPy, `(example, prediction)`.
 *
 * @returns `undefined` if no metric was passed, which is reported as `AXL_BAD_OPTIONS`
 */
export function watchMetric(
  signature: Signature,
  args: readonly unknown[],
  record: (result: ExampleResult) => void,
): readonly unknown[] | undefined {
  const metric = signature.find('metric', args);
  if (!isFunction(metric)) {
    tracker.warn(
      'AXL_BAD_OPTIONS',
      `the metric must be a function when watchMetric is on, got ${received(metric)}. Name its argument with the role 'metric'.`,
    );
    return undefined;
  }
  const watched = recordingMetric(metric, record);
  return args.map((arg) => {
    if (arg === metric) return watched;
    if (!isPlainObject(arg)) return arg;
    const name = Object.keys(arg).find((key) => ownValue(arg, key) === metric);
    return name === undefined ? arg : { ...arg, [name]: watched };
  });
}

function recordingMetric(metric: Callable, record: (result: ExampleResult) => void): Callable {
  const watched = function (this: unknown, ...args: readonly unknown[]): unknown {
    const inputs = guard('reading a metric call', () => metricInputs(args)) ?? { example: undefined };
    return follow(() => withRole('judge', () => Reflect.apply(metric, this, args) as unknown), {
      thenables: 'ignore',
      ended: ({ failed, unobserved, value, error }) =>
        record({ ...inputs, ...(failed ? { error } : unobserved ? {} : readScore(value)) }),
    });
  };
  makeLookLike(watched, metric);
  return watched;
}

function metricInputs(args: readonly unknown[]): { readonly example: unknown; readonly prediction?: unknown } {
  const [first, second] = args;
  const isAx = isPlainObject(first) && 'example' in first && 'prediction' in first;
  return isAx ? { example: first.example, prediction: first.prediction } : { example: first, prediction: second };
}
