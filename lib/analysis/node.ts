/** `ax-autolog/analysis/node`: reads the journals that `ax-autolog/analysis` works on. */
export type { RunSummary } from '../contract/run-summary.js';
export { listRuns, type OnProblem, type ReadOptions, readRun } from '../journal/reader.js';
export { type ReadHistoryOptions, readRunHistory } from './history/read-run.js';
