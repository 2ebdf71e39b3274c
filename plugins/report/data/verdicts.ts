import { type CompareOptions, type RunHistory, type Verdicts, verdicts } from 'ax-autolog/analysis';

/** Draws that resampling may take, about 10 ns each. */
const DRAWS = { file: 2e8, live: 4e7 } as const;
const MOST_RESAMPLES = 9_999;
const LEAST_RESAMPLES = 199;

/**
 * What the scores of a run are worth, in a time that somebody waits for: `live` is made again with every change. In long
 * runs, trials and decisions get fewer resamples, and intervals that are less smooth. The outcome has the numbers that
 * console and files give, except in a long run on the live page, until it has ended.
 */
export function affordableVerdicts(history: RunHistory, mode: 'file' | 'live'): Verdicts {
  const count = (trials: RunHistory['trials']): number =>
    trials.reduce((sum, { examples }) => sum + examples.length, 0);
  // Each trial has an interval of its own, and most take part in the comparison of a candidate with a parent.
  const details = affordable(2 * count(history.trials), mode);
  const isFinal = mode === 'file' || history.status !== 'running';
  const outcome = isFinal ? {} : affordable(count(history.trials.filter(({ scope }) => scope === 'full')), mode);
  return verdicts(history, outcome, details);
}

function affordable(values: number, mode: 'file' | 'live'): CompareOptions {
  const resamples = Math.floor(DRAWS[mode] / Math.max(1, values));
  return resamples >= MOST_RESAMPLES ? {} : { resamples: Math.max(LEAST_RESAMPLES, resamples) };
}
