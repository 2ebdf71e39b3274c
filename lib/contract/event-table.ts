/** Tables of handlers, one for each type of event: the compiler names every table that a new event is missing from. */

import type { AnyEvent, Envelope, EventType } from './events.js';

/**
 * A handler for each type of event. `null` states that the reader leaves events of this type out on purpose, so a new
 * event is a compile error here until its reader decides.
 *
 * @typeParam Result what a handler returns. Default `void`
 * @typeParam Args what {@link handle} passes on after the event, e.g. the object that keeps the state. Default nothing
 */
export type EventHandlers<Result = void, Args extends readonly unknown[] = []> = {
  readonly [T in EventType]: ((event: Envelope<T>, ...args: Args) => Result) | null;
};

/** Returns whether a table has a handler for events of a type; false for one that only a newer version knows. */
export function handles(handlers: { readonly [T in EventType]: unknown }, type: EventType): boolean {
  return Object.hasOwn(handlers, type) && handlers[type] !== null;
}

/**
 * Calls the handler of an event's type with the event and `args`. Throws what the handler throws.
 *
 * @returns what the handler returns; `undefined` if the table has `null` for this type, or does not know the type because
 * a newer version of the package wrote the event
 */
export function handle<Result, Args extends readonly unknown[]>(
  handlers: EventHandlers<Result, Args>,
  event: AnyEvent,
  ...args: Args
): Result | undefined {
  const handler = handlers[event.type] as ((event: AnyEvent, ...args: Args) => Result) | null;
  // A type comes from a journal: `constructor` must not find what every object inherits.
  if (handler === null || !Object.hasOwn(handlers, event.type)) return undefined;
  return handler(event, ...args);
}
