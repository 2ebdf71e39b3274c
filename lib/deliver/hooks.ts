import type { AnyEvent } from '../contract/events.js';
import type { Sink } from '../contract/sink.js';
import { batchContext } from './batch-context.js';

const EVENT_HOOK = /^on(?!Batch$)[A-Z]/;

/**
 * Delivers events to a sink: as one batch if it has `onBatch`, otherwise to the hook of each event in turn. Returns the
 * hook's result, which is a promise if the hook is async, and throws the hook's error. The caller must await and catch.
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

/** Calls the sink's hook for an event, if it has one. Returns the hook's result and throws its error. */
export function callHook(sink: Sink, event: AnyEvent): unknown {
  // The type may be from a newer version. It must not call a method such as `close`.
  if (!EVENT_HOOK.test(event.type)) return undefined;
  // TypeScript cannot express that an event's type and data match the hook.
  const hook = sink[event.type] as ((event: AnyEvent) => unknown) | undefined;
  return typeof hook === 'function' ? hook.call(sink, event) : undefined;
}

/** Returns the leading events that belong to the same run, as a batch must. */
export function sameRun(events: readonly AnyEvent[]): readonly AnyEvent[] {
  const runId = events[0]?.runId;
  const end = events.findIndex((event) => event.runId !== runId);
  return end === -1 ? events : events.slice(0, end);
}

/** Returns whether the sink has a hook for this event. */
export function hasHookFor(sink: Sink, event: AnyEvent): boolean {
  try {
    return sink.onBatch !== undefined || sink[event.type] !== undefined;
  } catch {
    // A getter threw. Calling the hook throws again, and then it is reported.
    return true;
  }
}
