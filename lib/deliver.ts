import type { AnyEvent, Envelope, EventType } from './events.js';
import type { Sink } from './sink.js';

/**
 * Hands events to a sink: as one batch if it takes batches, else to the hook of each event, one after the other.
 * Returns what the hook returned (a promise, if it is asynchronous) for the caller to await and guard.
 */
export function deliver(sink: Sink, events: readonly AnyEvent[], runDir: string | null): unknown {
  const first = events[0];
  if (!first) return undefined;
  if (sink.onBatch) return sink.onBatch(events, { runDir, runId: first.runId });
  if (events.length === 1) return callHook(sink, first);
  return deliverEach(sink, events);
}

async function deliverEach(sink: Sink, events: readonly AnyEvent[]): Promise<void> {
  for (const event of events) await callHook(sink, event);
}

function callHook(sink: Sink, event: AnyEvent): unknown {
  const hook = sink[event.type] as ((this: Sink, event: Envelope<EventType>) => unknown) | undefined;
  return hook?.call(sink, event);
}
