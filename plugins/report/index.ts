export { readHistory } from '../../lib/history/read.js';
export type { RunHistory } from '../../lib/history/types.js';
export { type RenderOptions, renderReport } from './render.js';
export { type ReportOptions, report } from './sink.js';
