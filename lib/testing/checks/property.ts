import fc from 'fast-check';
import type { AnyEvent, EventType } from '../../contract/events.js';
import { anyEvents, eventOf } from '../events/arbitrary.js';
import { sequenced } from '../events/envelope.js';

const RUNS = ['run-a', 'run-b'];

/** How arbitrary events are made. */
export interface TrySettings {
  readonly seed: number;
  readonly runs: number;
}

/** Tries events of one type alone. Rejects with an error that names seed, path, events and what `take` rejected with. */
export function tryOne(
  type: EventType,
  { seed, runs }: TrySettings,
  take: (events: readonly AnyEvent[]) => Promise<void>,
): Promise<void> {
  const one = eventOf(type, RUNS).map((event) => sequenced([event]));
  return fc.assert(fc.asyncProperty(one, take), { seed, numRuns: runs, includeErrorInReport: true });
}

/** Tries any events in any order. Rejects as {@link tryOne} does. */
export function tryAny(
  { seed, runs }: TrySettings,
  take: (events: readonly AnyEvent[]) => Promise<void>,
): Promise<void> {
  return fc.assert(fc.asyncProperty(anyEvents(RUNS), take), { seed, numRuns: runs, includeErrorInReport: true });
}
