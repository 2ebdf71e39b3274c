import type { AnyEvent } from '../events.js';
import type { Sink } from '../sink.js';

const EVENT_HOOK = /^on(?!Batch$)[A-Z]/;

/** Calls the sink's hook for an event, if it has one, and returns what that returns. */
export function callHook(sink: Sink, event: AnyEvent): unknown {
  // A type of a later version must not be taken for a method such as `close`.
  if (!EVENT_HOOK.test(event.type)) return undefined;
  // Type and data belong together in the event, which the union of hooks cannot express.
  const hook = sink[event.type] as ((event: AnyEvent) => unknown) | undefined;
  return typeof hook === 'function' ? hook.call(sink, event) : undefined;
}
