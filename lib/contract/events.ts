/**
 * The events: what a sink can hear, and in which shape. One versioned envelope round the data of `event-data.ts`.
 *
 * Every value that reaches a sink is JSON-safe (what `JSON.parse` of the journal's line would give) and deep-frozen.
 */

import type { EventData } from './event-data.js';

export type * from './event-data.js';
export type * from './traces.js';
export type * from './values.js';

/** Version of the envelope. It changes when a reader of an older version would misread a newer line. */
export const EVENT_VERSION = 1;

/** Name of a hook that carries an event. */
export type EventType = keyof EventData;

/** One event: who, when, where it belongs, what. Deep-frozen, JSON-safe. */
export interface Envelope<T extends EventType = EventType> {
  /** {@link EVENT_VERSION} */
  readonly v: number;
  /** Position in the writer's segment, from 0, without gaps. */
  readonly seq: number;
  /** Milliseconds since the Unix epoch, with microseconds as fraction; never decreases within a writer. */
  readonly time: number;
  /** The process (and thread) that wrote it. */
  readonly writer: string;
  readonly runId: string;
  readonly compileId?: string;
  readonly evalId?: string;
  readonly trialId?: string;
  readonly candidateId?: string;
  readonly parentRunId?: string;
  readonly type: T;
  readonly data: EventData[T];
  /** Paths in `data` that were inferred rather than observed, e.g. `scope`, `reason`. */
  readonly derived: readonly string[];
}

/** Any event, as a union discriminated by `type`. */
export type AnyEvent = { [T in EventType]: Envelope<T> }[EventType];

/** Each event in its place in the order of a run's life. An event of `EventData` that is missing here does not compile. */
const LIFE_OF_A_RUN = {
  onRunStart: true,
  onCompileStart: true,
  onEvalStart: true,
  onTrialStart: true,
  onExampleEnd: true,
  onTrialEnd: true,
  onCandidateProposed: true,
  onCandidateAccepted: true,
  onCandidateRejected: true,
  onBestChanged: true,
  onParetoChanged: true,
  onCertificate: true,
  onTraceEnd: true,
  onLMCall: true,
  onLog: true,
  onProgress: true,
  onWarning: true,
  onEvalEnd: true,
  onCompileEnd: true,
  onRunEnd: true,
} satisfies Record<EventType, true>;

/** All hook names that carry events, in the order of a run's life. */
export const EVENT_TYPES: readonly EventType[] = Object.keys(LIFE_OF_A_RUN) as EventType[];
