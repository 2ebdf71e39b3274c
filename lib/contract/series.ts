import type { Scope } from './events.js';

const SCOPE_KEY = /^(?:eval_)?(full|minibatch|holdout)$/;

/** Returns the scope that a metric key names (`full`, `eval_full`, …); `null` for any other key. */
export function scopeOfKey(metricKey: string | undefined): Scope | null {
  return (metricKey === undefined ? null : (SCOPE_KEY.exec(metricKey)?.[1] as Scope | undefined)) ?? null;
}

/**
 * Returns the name of the series of scores for a trial's `key`: `eval_full`, `eval_minibatch`, `eval_holdout`, or the key
 * itself, as in DSPy's `callback_metadata`.
 */
export function seriesName(key: string): string {
  return scopeOfKey(key) === null ? key : `eval_${key}`;
}
