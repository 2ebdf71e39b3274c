/**
 * The events that sinks receive: one versioned envelope around the data of `event-data.ts`.
 *
 * Every value that reaches a sink is JSON-safe (equal to `JSON.parse` of the journal's line) and deep-frozen.
 */

import type { EventData } from './event-data.js';

export type * from './event-data.js';
export type * from './log-data.js';
export type * from './traces.js';
export type * from './values.js';

/** Version of the envelope. It changes when an older reader would misread a newer line. */
export const EVENT_VERSION = 1;

/** Name of a hook that carries an event. */
export type EventType = keyof EventData;

/** One event: who wrote it, when, where it belongs, and its data. Deep-frozen and JSON-safe. */
export interface Envelope<T extends EventType = EventType> {
  /** {@link EVENT_VERSION} */
  readonly v: number;
  /** 0-based position in the writer's segment, without gaps. */
  readonly seq: number;
  /** Milliseconds since the Unix epoch, with microseconds as fraction. It never decreases within a writer. */
  readonly time: number;
  /** Id of the process or worker thread that wrote it. */
  readonly writer: string;
  /** The run that it belongs to; empty for a warning outside every run. */
  readonly runId: string;
  /** The compile that it belongs to, if any. */
  readonly compileId?: string;
  /** The evaluation outside every compile that it belongs to, if any. */
  readonly evalId?: string;
  /** The trial that it belongs to, if any. */
  readonly trialId?: string;
  /** The candidate that it is about, if any. */
  readonly candidateId?: string;
  /** The run in which this run was started, if any. */
  readonly parentRunId?: string;
  /** Name of the hook that receives it. */
  readonly type: T;
  /** Its data. */
  readonly data: EventData[T];
  /** Paths in `data` that were inferred, not observed, e.g. `scope`, `reason`. */
  readonly derived: readonly string[];
}

/** Any event, as a union discriminated by `type`. */
export type AnyEvent = { [T in EventType]: Envelope<T> }[EventType];

/** Every event, in the order of a run's life. An event of `EventData` that is missing here does not compile. */
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

/** Names of all hooks that receive events, in the order of a run's life. */
export const EVENT_TYPES: readonly EventType[] = Object.keys(LIFE_OF_A_RUN) as EventType[];
