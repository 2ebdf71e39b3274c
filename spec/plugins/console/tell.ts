import type { AnyEvent } from '../../../lib/contract/events.js';
import type { Sink } from '../../../lib/contract/sink.js';
import { deliver } from '../../../lib/deliver/hooks.js';

/** Hands events over as the dispatcher does for a live sink. */
export async function tell(sink: Sink, events: readonly AnyEvent[]): Promise<void> {
  for (const event of events) await deliver(sink, [event], null);
}
