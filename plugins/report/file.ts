export { type ReadRun, readForReport } from './read-run.js';
export { renderRuns } from './render.js';
