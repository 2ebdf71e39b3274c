import type { RunHistory } from '../../../lib/history/types.js';
import { type Verdicts, verdictsOf } from '../../../lib/statistics/index.js';

/** Draws that resampling may take, about 10 ns each; long runs get fewer resamples, and intervals that are less smooth. */
const DRAWS = { file: 2e8, live: 4e7 } as const;
const MOST_RESAMPLES = 9_999;
const LEAST_RESAMPLES = 199;

/** What the scores of a run are worth, in a time that somebody waits for: `live` is made again with every change. */
export function affordableVerdicts(history: RunHistory, mode: 'file' | 'live'): Verdicts {
  const examples = history.trials.reduce((sum, trial) => sum + trial.examples.length, 0);
  // Each trial has an interval of its own, and most take part in the comparison of a candidate with a parent.
  const resamples = Math.floor(DRAWS[mode] / Math.max(1, 2 * examples));
  if (resamples >= MOST_RESAMPLES) return verdictsOf(history);
  return verdictsOf(history, { resamples: Math.max(LEAST_RESAMPLES, resamples) });
}
