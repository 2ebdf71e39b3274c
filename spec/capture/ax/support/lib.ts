export type { AnyEvent } from '../../../../lib/contract/events.js';
export { recorder } from '../../../../lib/testing.js';
export { tracker } from '../../../../lib/track/tracker.js';
