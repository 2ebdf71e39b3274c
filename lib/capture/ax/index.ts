/** Types of ax that are part of the public API. */
export type { AxAIService, AxGenOut } from '@ax-llm/ax';
export { axLabelOf } from './access/labels.js';
export { markAsTracked } from './access/patch.js';
export { describeService, secretsOf } from './calls/lm-settings.js';
export { type FinishedForward, watchForwards } from './forward/forward.js';
export { instrumentProgram, instrumentService } from './forward/instrument-program.js';
export { traceProgram } from './forward/program-span.js';
export { instrumentAx, instrumentAxSync, restoreAx } from './instrument.js';
export { instrumentOptimizer } from './optimizers/known.js';
export { applyBest } from './programs/apply-best.js';
export { bestOf } from './programs/best.js';
export { beforeCompile } from './programs/certify.js';
export { type LoadBestOptions, restoreBest } from './programs/restore-best.js';
export { describeProgram } from './programs/state.js';
