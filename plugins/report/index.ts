export { type ReadHistoryOptions, readHistory } from '../../lib/analysis/history/read.js';
export type { CompileHistory, EvaluationHistory, RunHistory, TrialHistory } from '../../lib/analysis/history/types.js';
export { type RenderOptions, renderReport } from './render.js';
export { type ReportOptions, report } from './sink.js';
