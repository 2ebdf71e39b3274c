export { type ReadHistoryOptions, readHistory } from '../../lib/history/read.js';
export type { CompileHistory, EvaluationHistory, RunHistory, TrialHistory } from '../../lib/history/types.js';
export { type RenderOptions, renderReport } from './render.js';
export { type ReportOptions, report } from './sink.js';
