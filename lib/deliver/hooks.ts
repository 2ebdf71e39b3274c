import type { AnyEvent } from '../contract/events.js';
import type { Sink } from '../contract/sink.js';
import { batchContext } from './batch-context.js';

const EVENT_HOOK = /^on(?!Batch$)[A-Z]/;

/**
 * Hands events to a sink: as one batch if it takes batches, else to the hook of each event, one after the other.
 * Returns what the hook returned (a promise, if it is asynchronous) for the caller to await and guard.
 */
export function deliver(sink: Sink, events: readonly AnyEvent[], runDir: string | null): unknown {
  const first = events[0];
  if (!first) return undefined;
  if (sink.onBatch) return sink.onBatch(events, batchContext({ sink, runDir, events }));
  if (events.length === 1) return callHook(sink, first);
  return deliverEach(sink, events);
}

async function deliverEach(sink: Sink, events: readonly AnyEvent[]): Promise<void> {
  for (const event of events) await callHook(sink, event);
}

/** Calls the sink's hook for an event, if it has one, and returns what that returns. */
export function callHook(sink: Sink, event: AnyEvent): unknown {
  // A type of a later version must not be taken for a method such as `close`.
  if (!EVENT_HOOK.test(event.type)) return undefined;
  // Type and data belong together in the event, which the union of hooks cannot express.
  const hook = sink[event.type] as ((event: AnyEvent) => unknown) | undefined;
  return typeof hook === 'function' ? hook.call(sink, event) : undefined;
}

/** The leading events that belong to one run: what one batch may hold. */
export function sameRun(events: readonly AnyEvent[]): readonly AnyEvent[] {
  const runId = events[0]?.runId;
  const end = events.findIndex((event) => event.runId !== runId);
  return end === -1 ? events : events.slice(0, end);
}

/** Whether the sink has a hook for this event. */
export function listensTo(sink: Sink, event: AnyEvent): boolean {
  try {
    return sink.onBatch !== undefined || sink[event.type] !== undefined;
  } catch {
    // A getter threw: calling the hook reports it.
    return true;
  }
}
