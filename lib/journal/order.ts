import type { AnyEvent } from '../contract/events.js';

/** Order of events in a run: by time, then by writer, then as that writer wrote them. */
export function compareEvents(a: AnyEvent, b: AnyEvent): number {
  if (a.time !== b.time) return a.time - b.time;
  if (a.writer !== b.writer) return a.writer < b.writer ? -1 : 1;
  return a.seq - b.seq;
}
