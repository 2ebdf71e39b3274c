import { deliver } from '../../../lib/deliver.js';
import type { AnyEvent } from '../../../lib/events.js';
import type { Sink } from '../../../lib/sink.js';

/** Hands events over as the dispatcher does for a live sink. */
export async function tell(sink: Sink, events: readonly AnyEvent[]): Promise<void> {
  for (const event of events) await deliver(sink, [event], null);
}
