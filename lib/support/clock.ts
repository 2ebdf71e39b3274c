import { shared } from './shared-state.js';

/** Shared by all copies of the package, so that the times of one process never decrease. */
const clock = shared('clock', () => ({ last: 0 }));

/** Milliseconds since the Unix epoch with microseconds as fraction; never decreases within this process. */
export function now(): number {
  const time = Math.round((performance.timeOrigin + performance.now()) * 1000) / 1000;
  if (time > clock.last) clock.last = time;
  return clock.last;
}
