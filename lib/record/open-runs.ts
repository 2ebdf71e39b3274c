import { type AnyEvent, type Envelope, EVENT_VERSION, type EventData, type EventType } from '../contract/events.js';
import { freezeParsed } from '../contract/schema/bounds.js';
import { checkOfData } from '../contract/schema/events.js';
import { closeFeeds, openFeeds, type RunFeeds } from '../deliver/feeds.js';
import { RunJournal } from '../journal/writer.js';
import { capturesAll } from '../support/capture.js';
import { now } from '../support/clock.js';
import { WRITER } from '../support/ids.js';
import { journalTarget, settings } from '../support/settings.js';
import { shared } from '../support/shared-state.js';
import type { Places } from '../support/snapshot/places.js';
import { snapshotData } from '../support/snapshot/snapshot.js';
import { warn } from '../support/warnings.js';
import { withoutUncaptured } from './content/table.js';
import { EVENT_PLACES } from './places.js';

/** The part of a run that an event belongs to. */
export interface Place {
  readonly compileId?: string;
  readonly evalId?: string;
  readonly trialId?: string;
  readonly candidateId?: string;
}

/** Options of recording an event. */
export interface RecordOptions {
  /** The part of the run that the event belongs to. Default: the run itself. */
  readonly place?: Place;
  /** Whether the event must be on disk when the call returns. Default: false, which writes it within about 20 ms. */
  readonly durable?: boolean;
  /** Paths in the data that were inferred, not observed. Default: none. */
  readonly derived?: readonly string[] | undefined;
  /**
   * Whether the data is the tracker's own, with all user values snapshotted and redacted already. It is then only
   * frozen. Default: false.
   */
  readonly own?: boolean;
}

/** A run that this process writes to. */
export interface OpenRun {
  readonly runId: string;
  readonly parentRunId: string | undefined;
  /** `null` if the journal is off. */
  readonly journal: RunJournal | null;
  /** Feeds of the run to sinks that read the journal; `null` if the journal is off. */
  readonly feeds: RunFeeds | null;
  /** Whether sinks that read the journal find the events of this run there. */
  readonly delivery: { readonly journaled: boolean };
  /** Sequence number of the next event of this process. */
  seq: number;
}

const open = shared('open runs', () => new Map<string, OpenRun>());
const NOWHERE: Place = Object.freeze({});
const NOTHING_DERIVED: readonly string[] = Object.freeze([]);
const NO_OPTIONS: RecordOptions = Object.freeze({});

/** Opens a run in this process, with its journal unless the journal is off. */
export function openJournal(runId: string, parentRunId: string | undefined): void {
  const target = journalTarget();
  const run = { runId, parentRunId, seq: 0 };
  if (!target) {
    open.set(runId, { ...run, journal: null, feeds: null, delivery: { journaled: false } });
    return;
  }
  const journal = new RunJournal({
    dir: target.dir,
    runId,
    writer: WRITER,
    durability: target.durability,
    mode: target.mode,
    onProblem: (code, message, data) => warn(code, message, data),
    onFlush: () => feeds.poke(),
  });
  const feeds = openFeeds(runId, journal.runDir);
  open.set(runId, { ...run, journal, feeds, delivery: { journaled: true } });
}

/** Returns the run if it is open in this process. */
export function openRun(runId: string): OpenRun | undefined {
  return open.get(runId);
}

/** Returns the estimated number of bytes that this process wrote to the journal of an open run; 0 for any other run. */
export function bytesJournaled(runId: string): number {
  return open.get(runId)?.journal?.bytesAppended ?? 0;
}

/**
 * Builds an event, writes it to the run's journal and returns it, deeply frozen. Content that is not captured is removed
 * here, before anything can see it. Readers of the journal rely on the order of the event's keys.
 */
export function record<T extends EventType>(
  run: OpenRun,
  type: T,
  data: EventData[T],
  options: RecordOptions = NO_OPTIONS,
): AnyEvent & Envelope<T> {
  const { place = NOWHERE } = options;
  const event: Record<string, unknown> = {
    v: EVENT_VERSION,
    seq: run.seq++,
    time: now(),
    writer: WRITER,
    runId: run.runId,
  };
  if (place.compileId !== undefined) event.compileId = place.compileId;
  if (place.evalId !== undefined) event.evalId = place.evalId;
  if (place.trialId !== undefined) event.trialId = place.trialId;
  if (place.candidateId !== undefined) event.candidateId = place.candidateId;
  if (run.parentRunId !== undefined) event.parentRunId = run.parentRunId;
  event.type = type;
  const { capture } = settings();
  const { derived = NOTHING_DERIVED } = options;
  const captured = capturesAll(capture) ? data : withoutUncaptured(type, data, { capture, place, derived });
  event.data = options.own ? recordedOwn(type, captured) : recorded(type, captured);
  event.derived = derived.length > 0 ? Object.freeze([...derived]) : NOTHING_DERIVED;
  const frozen = Object.freeze(event) as unknown as AnyEvent & Envelope<T>;
  run.journal?.append(frozen, options.durable ?? false);
  return frozen;
}

/** The tracker's own data has the right types, unless redaction changed those of the user's values in it. */
function recordedOwn(type: EventType, data: object): object {
  return freezeOwn(settings().redactor.reshapes ? wellFormed(type, data, data) : data);
}

/** Events that the tracker fills itself, apart from values that may be any JSON. */
const ALWAYS_FORMED: ReadonlySet<EventType> = new Set(['onTraceEnd', 'onLMCall']);

function recorded(type: EventType, data: object): object {
  const { redactor } = settings();
  const json = snapshotData(data, redactor, EVENT_PLACES[type] as Places) as unknown as object;
  if (ALWAYS_FORMED.has(type) && !redactor.reshapes) return json;
  const formed = wellFormed(type, json, data);
  if (formed !== json) freezeParsed(formed);
  return formed;
}

/**
 * Returns the data as its type declares it. A redaction function may have dropped or replaced members, and JavaScript
 * may have passed other types; a reader of the journal would refuse the event.
 */
function wellFormed(type: EventType, data: object, original: object): object {
  const check = checkOfData(type);
  return check === null || check.test(data) === null ? data : (check.mend(data, original) as object);
}

/** The user's values in this data are frozen snapshots already, so it does not go into them again. */
function freezeOwn(data: object): object {
  for (const key in data) {
    const value = (data as Record<string, unknown>)[key];
    if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) freezeOwn(value);
  }
  return Object.freeze(data);
}

/** Closes a run in this process and flushes its journal. Its feeds continue until all events are delivered. */
export function closeJournal(runId: string): void {
  const run = open.get(runId);
  if (!run) return;
  open.delete(runId);
  run.journal?.close();
  if (run.feeds) closeFeeds(run.feeds);
}
