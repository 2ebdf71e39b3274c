export { applyBest } from './apply-best.js';
export { type BestOf, bestOf } from './best.js';
export { type ForwardSeen, watchForwards } from './forward.js';
export { instrumentAx, instrumentAxSync, restoreAx } from './instrument.js';
export { describeService, secretsOf } from './lm-settings.js';
export { meetProgram, meetService } from './meet.js';
export { meetOptimizer } from './optimizers.js';
export { describeProgram } from './program-state.js';
export { leaveAlone } from './tracked.js';
