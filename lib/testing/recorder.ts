import type { AnyEvent, Envelope, EventType } from '../contract/events.js';
import { EVENT_TYPES } from '../contract/events.js';
import type { Sink } from '../contract/sink.js';
import { flush } from '../setup/shutdown.js';

/** A sink that stores the events it receives, for tests. */
export interface Recorder extends Sink {
  /** Every event so far, in order. */
  readonly events: readonly AnyEvent[];
  /** Returns the events of one type, in order. */
  of<T extends EventType>(type: T): Envelope<T>[];
  /** Waits until all events so far are delivered, and returns them. */
  settled(): Promise<readonly AnyEvent[]>;
  /** Removes all stored events. */
  clear(): void;
}

/**
 * Creates a sink for your own tests. Register it, run the tracked code, `await recorder.settled()`, and assert on its
 * events.
 *
 * @param name name of the sink. Default: `recorder`
 * @example
 * const recorded = recorder();
 * const unregister = registry.register(recorded);
 * await new MyTeleprompter().compile(program, trainset, metric);
 * await recorded.settled();
 * expect(recorded.of('onTrialEnd').map((event) => event.data.score)).to.deep.equal([0.4, 0.6]);
 */
export function recorder(name = 'recorder'): Recorder {
  const events: AnyEvent[] = [];
  const hooks = Object.fromEntries(EVENT_TYPES.map((type) => [type, (event: AnyEvent) => void events.push(event)]));
  return {
    ...hooks,
    name,
    events,
    of: <T extends EventType>(type: T) => events.filter((event) => event.type === type) as unknown as Envelope<T>[],
    settled: async () => {
      await flush();
      return events;
    },
    clear: () => {
      events.length = 0;
    },
  };
}
