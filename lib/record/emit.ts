import type { EventData, EventType } from '../contract/events.js';
import { fanOut } from '../deliver/registry.js';
import { warn } from '../support/warnings.js';
import { eventWatch } from '../track/traces/bridge.js';
import { type Place, type RecordOptions, record } from './journals.js';

/**
 * The one way an event goes out: snapshotted and redacted once, written to the run's journal, handed to every sink.
 * Never throws: a problem of ours is a warning, never the run's.
 *
 * `durable` events are on disk when this returns.
 */
export function emit<T extends EventType>(
  runId: string,
  type: T,
  place: Place,
  data: EventData[T],
  options?: RecordOptions,
): void {
  try {
    const event = record(runId, type, place, data, options);
    if (!event) return;
    try {
      eventWatch()?.(event);
    } finally {
      fanOut(event);
    }
  } catch (error) {
    warn('AXL_INTERNAL', `${type} could not be recorded: ${error instanceof Error ? error.message : 'unknown error'}`);
  }
}
