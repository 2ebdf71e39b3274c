import { shared } from './shared-state.js';

/** All copies of the package share one clock, so the times of a process never decrease. */
const clock = shared('clock', () => ({ last: 0 }));

/** Returns milliseconds since the Unix epoch, with microseconds as the fraction. Never decreases within this process. */
export function now(): number {
  const time = Math.round((performance.timeOrigin + performance.now()) * 1000) / 1000;
  if (time > clock.last) clock.last = time;
  return clock.last;
}
