export { applyBest } from './apply-best.js';
export { type BestOf, bestOf } from './best.js';
export { type ForwardSeen, watchForwards } from './forward.js';
export { describeService, secretsOf } from './lm-settings.js';
export { describeProgram } from './program-state.js';
