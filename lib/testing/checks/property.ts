import fc from 'fast-check';
import type { AnyEvent, EventType } from '../../contract/events.js';
import { anyEvents, eventOf } from '../events/arbitrary.js';
import { sequenced } from '../events/envelope.js';

const RUNS = ['run-a', 'run-b'];

/** Settings of fast-check. */
export interface TrySettings {
  /** The same seed makes the same events. */
  readonly seed: number;
  /** Number of sequences of events that are tried. */
  readonly runs: number;
}

/** Tries events of one type alone. Rejects with an error that has the seed, the path, the events and `take`'s own error. */
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
