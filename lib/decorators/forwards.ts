import { type ForwardSeen, watchForwards } from '../ax/index.js';
import type { EvaluationTracker } from '../tracker/types.js';

const listeners = new Map<EvaluationTracker, (seen: ForwardSeen) => void>();
let unwatch: (() => void) | undefined;

/** Calls `listener` for each program run that belongs to this evaluation, until {@link ignoreForwards}. */
export function followForwards(evaluation: EvaluationTracker, listener: (seen: ForwardSeen) => void): void {
  listeners.set(evaluation, listener);
  unwatch ??= watchForwards((seen) => {
    if (seen.frame.evaluation) listeners.get(seen.frame.evaluation)?.(seen);
  });
}

/** Ends {@link followForwards}. */
export function ignoreForwards(evaluation: EvaluationTracker): void {
  listeners.delete(evaluation);
  if (listeners.size > 0) return;
  unwatch?.();
  unwatch = undefined;
}
