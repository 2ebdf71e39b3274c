export type { AnyEvent } from '../../../lib/events.js';
export { recorder } from '../../../lib/testing.js';
export { tracker } from '../../../lib/tracker.js';
