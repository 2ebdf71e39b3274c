import type { AnyEvent } from '../contract/events.js';
import { sameRun } from './hooks.js';

/** Maximum number of events in a batch. */
const BATCH_LIMIT = 500;
/** Taken events are removed from the array once there are more than this many of them. */
const COMPACT_AT = 1_024;

/** A first-in, first-out queue of events. Taking from it costs the same for any length. */
export class EventQueue {
  #events: AnyEvent[] = [];
  #head = 0;

  /** Number of queued events. */
  get length(): number {
    return this.#events.length - this.#head;
  }

  push(event: AnyEvent): void {
    this.#events.push(event);
  }

  /** Removes and returns the first event. The queue must not be empty. */
  takeOne(): readonly AnyEvent[] {
    return this.#take([this.#events[this.#head] as AnyEvent]);
  }

  /** Removes and returns the first events, at most 500, that belong to one run. */
  takeBatch(): readonly AnyEvent[] {
    return this.#take(sameRun(this.#events.slice(this.#head, this.#head + BATCH_LIMIT)));
  }

  /** Removes the events that match. */
  drop(matches: (event: AnyEvent) => boolean): void {
    this.#events = this.#events.slice(this.#head).filter((event) => !matches(event));
    this.#head = 0;
  }

  #take(events: readonly AnyEvent[]): readonly AnyEvent[] {
    this.#head += events.length;
    if (this.#head > COMPACT_AT && this.#head * 2 > this.#events.length) {
      this.#events = this.#events.slice(this.#head);
      this.#head = 0;
    }
    return events;
  }
}
