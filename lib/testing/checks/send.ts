import type { AnyEvent } from '../../contract/events.js';
import type { Sink } from '../../contract/sink.js';
import { deliver, sameRun } from '../../deliver/hooks.js';

/** Delivers events to a sink as a live queue does: in order, and in batches of one run if the sink has `onBatch`. */
export async function send(sink: Sink, events: readonly AnyEvent[]): Promise<void> {
  for (let rest = events; rest.length > 0; ) {
    const batch = sameRun(rest);
    await deliver(sink, batch, null);
    rest = rest.slice(batch.length);
  }
}
