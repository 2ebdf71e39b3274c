import type { AnyEvent, EventData, EventType } from '../../contract/events.js';

/** An event without a position. {@link sequenced} sets it. */
export interface UnplacedEvent {
  readonly type: EventType;
  readonly data: unknown;
  readonly runId: string;
  /** Further members of the envelope, e.g. `compileId`. */
  readonly place: object;
}

/** Makes envelopes: JSON, deep-frozen, with increasing positions and times as a writer records them. */
export function sequenced(events: readonly UnplacedEvent[]): readonly AnyEvent[] {
  return events.map(({ type, data, runId, place }, at) =>
    envelope(type, data as EventData[EventType], { runId, seq: at, ...place }),
  );
}

/** Makes one deep-frozen envelope. Its time increases by 100 ms with `seq`. */
export function envelope<T extends EventType>(
  type: T,
  data: EventData[T],
  place: { readonly runId: string; readonly seq: number; readonly [name: string]: unknown },
): AnyEvent {
  const time = 1_795_000_000_000 + place.seq * 100;
  const event = { v: 1, time, writer: 'w1', ...place, type, data, derived: [] };
  return freeze(JSON.parse(JSON.stringify(event))) as AnyEvent;
}

function freeze<T>(value: T): T {
  if (value !== null && typeof value === 'object' && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const member of Object.values(value)) freeze(member);
  }
  return value;
}
