import type { Scope } from './events.js';

const SCOPE_KEY = /^(?:eval_)?(full|minibatch|holdout)$/;

/** The scope that a metric key names (`full`, `eval_full`, …), or null for a key of the user's own. */
export function scopeOfKey(metricKey: string | undefined): Scope | null {
  return (metricKey === undefined ? null : (SCOPE_KEY.exec(metricKey)?.[1] as Scope | undefined)) ?? null;
}

/**
 * Returns the name of the series of scores that a trial's `key` stands for: `eval_full`, `eval_minibatch`, `eval_holdout`, else the
 * key itself, as DSPy's `callback_metadata` names it.
 */
export function seriesName(key: string): string {
  return scopeOfKey(key) === null ? key : `eval_${key}`;
}
