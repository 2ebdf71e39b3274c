import { readRunHistory } from 'ax-autolog/analysis/node';

export { type RenderOptions, renderReport } from './render.js';
export { type ReportOptions, report } from './sink.js';

/**
 * Reads the history of a run from its journal.
 *
 * @deprecated Import {@link readRunHistory} from `ax-autolog/analysis/node`, which is the same function.
 */
export const readHistory: typeof readRunHistory = readRunHistory;
