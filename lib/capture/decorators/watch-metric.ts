import { withRole } from '../../track/context.js';
import { tracker } from '../../track/tracker.js';
import type { ExampleResult } from '../../track/types.js';
import { guard } from '../guard.js';
import { type Callable, isFunction, isPlainObject, ownValue } from '../inspect.js';
import { follow } from '../observe/follow.js';
import { readScore } from './results.js';
import type { Signature } from './roles.js';
import { dressAs } from './wrap.js';

/**
 * The arguments with a metric that notes what the caller's returns or throws; `undefined` when no metric was passed.
 * A metric is called as ax does it, `({ prediction, example })`, or as DSPy does, `(example, prediction)`.
 */
export function watchMetric(
  signature: Signature,
  args: readonly unknown[],
  note: (result: ExampleResult) => void,
): readonly unknown[] | undefined {
  const metric = signature.find('metric', args);
  if (!isFunction(metric)) {
    tracker.warn('AXL_BAD_OPTIONS', 'watchMetric is on, but no metric was passed; name its place with the role metric');
    return undefined;
  }
  const watched = noting(metric, note);
  return args.map((arg) => {
    if (arg === metric) return watched;
    if (!isPlainObject(arg)) return arg;
    const name = Object.keys(arg).find((key) => ownValue(arg, key) === metric);
    return name === undefined ? arg : { ...arg, [name]: watched };
  });
}

function noting(metric: Callable, note: (result: ExampleResult) => void): Callable {
  const watched = function (this: unknown, ...args: readonly unknown[]): unknown {
    const about = guard('reading a metric call', () => subject(args)) ?? { example: undefined };
    return follow(() => withRole('judge', () => Reflect.apply(metric, this, args) as unknown), {
      thenables: 'leave',
      ended: ({ failed, unseen, value, error }) =>
        note({ ...about, ...(failed ? { error } : unseen ? {} : readScore(value)) }),
    });
  };
  dressAs(watched, metric);
  return watched;
}

function subject(args: readonly unknown[]): { readonly example: unknown; readonly prediction?: unknown } {
  const [first, second] = args;
  const isAx = isPlainObject(first) && 'example' in first && 'prediction' in first;
  return isAx ? { example: first.example, prediction: first.prediction } : { example: first, prediction: second };
}
