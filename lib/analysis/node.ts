/** `ax-autolog/analysis/node`: reads journals from disk, for `ax-autolog/analysis` to look at. */
export type { RunSummary } from '../contract/run-summary.js';
export { sizesOf } from '../journal/batch.js';
export { RunFollower } from '../journal/follow.js';
export { listRuns, type OnProblem, type ReadOptions, readRun } from '../journal/reader.js';
export { type ReadHistoryOptions, readRunHistory } from './history/read-run.js';
