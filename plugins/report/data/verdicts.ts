import { type CompareOptions, type RunHistory, type Verdicts, verdicts } from 'ax-autolog/analysis';

/** Most draws of resampling. One takes about 10 ns. */
const MAX_DRAWS = { file: 2e8, live: 4e7 } as const;
const MAX_RESAMPLES = 9_999;
const MIN_RESAMPLES = 199;

/**
 * Computes the verdicts on a run's scores within about two seconds for `file`, and less for `live`, which is recomputed
 * after every change. In long runs, trials and decisions get fewer resamples and therefore coarser intervals. The
 * outcome has the same numbers as in the console and in files, except while a long run is shown live.
 */
export function affordableVerdicts(history: RunHistory, mode: 'file' | 'live'): Verdicts {
  const count = (trials: RunHistory['trials']): number =>
    trials.reduce((sum, { examples }) => sum + examples.length, 0);
  // Each trial has its own interval, and most are also part of a comparison between a candidate and its parent.
  const details = affordable(2 * count(history.trials), mode);
  const isFinal = mode === 'file' || history.status !== 'running';
  const outcome = isFinal ? {} : affordable(count(history.trials.filter(({ scope }) => scope === 'full')), mode);
  return verdicts(history, outcome, details);
}

function affordable(values: number, mode: 'file' | 'live'): CompareOptions {
  const resamples = Math.floor(MAX_DRAWS[mode] / Math.max(1, values));
  return resamples >= MAX_RESAMPLES ? {} : { resamples: Math.max(MIN_RESAMPLES, resamples) };
}
