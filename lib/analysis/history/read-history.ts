import type { AnyEvent } from '../../contract/events.js';
import { HistoryBuilder, type HistoryOptions } from './builder.js';
import type { RunHistory } from './types.js';

/**
 * Builds the history of a run from its events. It reads no file, so it also works in a browser. `readRunHistory` of
 * `ax-autolog/analysis/node` does the same from a run's folder.
 *
 * @param events events of one run, in order; those of other runs are ignored
 * @example
 * const history = readHistory(recorder.events);
 * console.log(history.trials.map((trial) => [trial.name, trial.score]));
 */
export function readHistory(events: Iterable<AnyEvent>, options: Partial<HistoryOptions> = {}): RunHistory {
  const builder = new HistoryBuilder({ runDir: '', ...options });
  for (const event of events) builder.take(event);
  return builder.history();
}
