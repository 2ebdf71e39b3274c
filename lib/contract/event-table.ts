/** Tables with a handler for each type of event. A table without a new type of event does not compile. */

import type { AnyEvent, Envelope, EventType } from './events.js';

/**
 * A handler for each type of event. `null` ignores events of that type on purpose. Each type must be listed, so when a
 * new type is added, the table does not compile until you decide how to handle it.
 *
 * @typeParam Result return type of a handler. Default: `void`
 * @typeParam Args further arguments that {@link handle} passes after the event, e.g. the state. Default: none
 */
export type EventHandlers<Result = void, Args extends readonly unknown[] = []> = {
  readonly [T in EventType]: ((event: Envelope<T>, ...args: Args) => Result) | null;
};

/** Returns whether a table has a handler for events of a type. False for types of a newer version of this package. */
export function handles(handlers: { readonly [T in EventType]: unknown }, type: EventType): boolean {
  return Object.hasOwn(handlers, type) && handlers[type] !== null;
}

/**
 * Calls the handler of an event's type with the event and `args`. Throws what the handler throws.
 *
 * @returns the handler's result. `undefined` if the table has `null` for this type, or if the type is unknown because a
 * newer version of this package wrote the event
 */
export function handle<Result, Args extends readonly unknown[]>(
  handlers: EventHandlers<Result, Args>,
  event: AnyEvent,
  ...args: Args
): Result | undefined {
  const handler = handlers[event.type] as ((event: AnyEvent, ...args: Args) => Result) | null;
  // Types are read from journals, so a type such as `constructor` must not find an inherited member.
  if (handler === null || !Object.hasOwn(handlers, event.type)) return undefined;
  return handler(event, ...args);
}
