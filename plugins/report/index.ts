export { type RenderOptions, renderReport } from './render.js';
export { type ReportOptions, report } from './sink.js';
