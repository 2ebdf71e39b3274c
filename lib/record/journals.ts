import { basename } from 'node:path';
import { type AnyEvent, EVENT_VERSION, type EventData, type EventType } from '../contract/events.js';
import type { Sink } from '../contract/sink.js';
import { leftoverRuns, markTarget } from '../deliver/backlog.js';
import { JournalFeed } from '../deliver/journal-feed.js';
import { RunJournal } from '../journal/writer.js';
import { deadline, TIMED_OUT } from '../support/async.js';
import { now } from '../support/clock.js';
import { WRITER } from '../support/ids.js';
import { journalTarget, settings } from '../support/settings.js';
import { snapshotData } from '../support/snapshot/snapshot.js';
import { warn } from '../support/warnings.js';

/** Where in a run an event belongs. */
export interface Place {
  readonly compileId?: string;
  readonly evalId?: string;
  readonly trialId?: string;
  readonly candidateId?: string;
}

/** How an event is recorded. */
export interface RecordOptions {
  /** It is on disk when the call returns. */
  readonly durable?: boolean;
  /** Paths in the data that were inferred. */
  readonly derived?: readonly string[] | undefined;
  /** The data is the tracker's own: nothing of the user's in it but what was snapshotted and redacted before. */
  readonly own?: boolean;
}

type Draft = Record<string, unknown>;

interface Feed {
  readonly feed: JournalFeed;
  /** Resolves when the sink's `setup` has run. */
  readonly ready: Promise<void>;
  isReady: boolean;
}

interface OpenRun {
  readonly runId: string;
  readonly runDir: string | null;
  readonly parentRunId: string | undefined;
  readonly journal: RunJournal | null;
  readonly feeds: Map<Sink, Feed>;
  seq: number;
}

const open = new Map<string, OpenRun>();
const closing = new Set<OpenRun>();
const journalSinks = new Map<Sink, Promise<void>>();
/** Runs that ended while a journal-fed sink was on its way, by folder: it has not had them. */
const endedBefore = new Map<string, string>();
let onTheirWay = 0;
const NOTHING_DERIVED: readonly string[] = Object.freeze([]);
const NO_OPTIONS: RecordOptions = Object.freeze({});
/** `flush()` gives up on a journal-fed sink that makes no progress for this long, in milliseconds. */
const DRAIN_LIMIT_MS = 5_000;

/** Opens the journal of a run in this process. */
export function openJournal(runId: string, parentRunId: string | undefined): void {
  const target = journalTarget();
  const run: OpenRun = { runId, runDir: null, parentRunId, journal: null, feeds: new Map(), seq: 0 };
  if (target) {
    const journal = new RunJournal({
      dir: target.dir,
      runId,
      writer: WRITER,
      durability: target.durability,
      onProblem: (code, message, data) => warn(code, message, data),
      onFlush: () => pokeRun(run),
    });
    Object.assign(run, { journal, runDir: journal.runDir });
    for (const [sink, ready] of journalSinks) feedRun(run, sink, ready);
  }
  open.set(runId, run);
}

/** Whether the run has a journal that is open here. */
export function hasJournal(runId: string): boolean {
  return open.get(runId)?.journal != null;
}

/** Bytes (estimated) that this process has written to the journal of a run that is open here. */
export function bytesJournaled(runId: string): number {
  return open.get(runId)?.journal?.bytesTaken ?? 0;
}

/** Builds the event, writes it to the run's journal and returns it frozen; null when the run is not open here. */
export function record<T extends EventType>(
  runId: string,
  type: T,
  place: Place,
  data: EventData[T],
  options: RecordOptions = NO_OPTIONS,
): AnyEvent | null {
  const run = open.get(runId);
  if (!run) return null;
  const event: Draft = { v: EVENT_VERSION, seq: run.seq++, time: now(), writer: WRITER, runId };
  if (place.compileId !== undefined) event.compileId = place.compileId;
  if (place.evalId !== undefined) event.evalId = place.evalId;
  if (place.trialId !== undefined) event.trialId = place.trialId;
  if (place.candidateId !== undefined) event.candidateId = place.candidateId;
  if (run.parentRunId !== undefined) event.parentRunId = run.parentRunId;
  event.type = type;
  event.data = options.own ? freezeOwn(data) : snapshotData(data, settings().redactor);
  event.derived = options.derived?.length ? Object.freeze([...options.derived]) : NOTHING_DERIVED;
  const frozen = Object.freeze(event) as unknown as AnyEvent;
  run.journal?.append(frozen, options.durable ?? false);
  return frozen;
}

/** Freezes what the tracker itself has put together of numbers, names and values that were snapshotted before. */
function freezeOwn(data: object): object {
  for (const key in data) {
    const value = (data as Record<string, unknown>)[key];
    if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) freezeOwn(value);
  }
  return Object.freeze(data);
}

/** Writes a warning into the journal of its run. */
export function journalWarning(runId: string, data: EventData['onWarning']): AnyEvent | null {
  return record(runId, 'onWarning', {}, data);
}

/** Writes out and closes the journal of a run; its feeds go on until everything is delivered. */
export function closeJournal(runId: string): void {
  const run = open.get(runId);
  if (!run) return;
  open.delete(runId);
  run.journal?.close();
  if (onTheirWay > 0 && run.runDir !== null) endedBefore.set(run.runDir, runId);
  if (run.feeds.size > 0) finishFeeding(run);
}

/** Feeds go on until everything is delivered, then they stop. */
function finishFeeding(run: OpenRun): void {
  closing.add(run);
  void Promise.allSettled([...run.feeds.values()].map(drainOnceReady)).then(() => {
    for (const { feed } of run.feeds.values()) void feed.stop();
    closing.delete(run);
  });
}

/**
 * A sink that will be fed from the journal is still being loaded: runs that end meanwhile are kept in mind for it.
 *
 * @returns Say that it is here, after {@link feedSink}, or that it never will be.
 */
export function expectSink(): () => void {
  onTheirWay += 1;
  return () => {
    onTheirWay -= 1;
    if (onTheirWay === 0) endedBefore.clear();
  };
}

/**
 * From now on the sink is fed from every run's journal, those open now included, as soon as it is `ready`; and from the
 * journals of runs that ended while it was being loaded, or that an earlier process left unfinished for this sink.
 */
export function feedSink(sink: Sink, ready: Promise<void>): void {
  journalSinks.set(sink, ready);
  for (const run of open.values()) feedRun(run, sink, ready);
  for (const [runDir, runId] of endedBefore) feedEnded(runId, runDir, sink, ready);
  feedLeftovers(sink, ready);
}

function feedLeftovers(sink: Sink, ready: Promise<void>): void {
  const target = journalTarget();
  if (!target) return;
  for (const runDir of leftoverRuns(target.dir, targetOf(sink))) {
    const runId = basename(runDir);
    if (open.has(runId) || [...closing].some((run) => run.runId === runId)) continue;
    feedEnded(runId, runDir, sink, ready);
  }
}

function feedEnded(runId: string, runDir: string, sink: Sink, ready: Promise<void>): void {
  const run: OpenRun = { runId, runDir, parentRunId: undefined, journal: null, feeds: new Map(), seq: 0 };
  feedRun(run, sink, ready);
  finishFeeding(run);
}

/** Resolves when the sink has what is on disk, or makes no progress for 5 s: its position is kept. */
export async function drainFeeds(sink: Sink): Promise<void> {
  const runs = [...open.values(), ...closing];
  for (const run of runs) run.journal?.flush();
  await Promise.all(
    runs.map(async (run) => {
      const feed = run.feeds.get(sink);
      if (feed) await drained(sink, feed);
    }),
  );
}

/** Stops feeding a sink; what was not delivered stays in the journal. Resolves when its leases are given back. */
export async function stopFeeding(sink: Sink): Promise<void> {
  journalSinks.delete(sink);
  const stopping: Promise<void>[] = [];
  for (const run of [...open.values(), ...closing]) {
    const entry = run.feeds.get(sink);
    if (entry) stopping.push(entry.feed.stop());
    run.feeds.delete(sink);
  }
  await Promise.all(stopping);
}

async function drained(sink: Sink, feed: Feed): Promise<void> {
  const drained = drainOnceReady(feed);
  for (let before = -1; before !== feed.feed.progress; ) {
    before = feed.feed.progress;
    if ((await deadline(drained, DRAIN_LIMIT_MS)) !== TIMED_OUT) return;
  }
  warn(
    'AXL_SINK_STALLED',
    `flush() gave up on sink '${sink.name}': no progress for 5 s; the journal keeps the rest`,
    null,
    sink.name,
  );
}

async function drainOnceReady({ feed, ready }: Feed): Promise<void> {
  await ready;
  await feed.drain();
}

function feedRun(run: OpenRun, sink: Sink, ready: Promise<void>): void {
  if (run.runDir === null || run.feeds.has(sink)) return;
  markRun(run.runDir, sink);
  const entry: Feed = {
    feed: new JournalFeed({
      runDir: run.runDir,
      runId: run.runId,
      sink,
      onProblem: (code, message, data) => warn(code, message, data, sink.name),
    }),
    ready,
    isReady: false,
  };
  run.feeds.set(sink, entry);
  void ready.then(() => {
    entry.isReady = true;
    entry.feed.poke();
  });
}

function markRun(runDir: string, sink: Sink): void {
  try {
    markTarget(runDir, targetOf(sink));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    warn(
      'AXL_JOURNAL_WRITE',
      `it could not be noted that ${runDir} is for sink '${sink.name}': ${why}`,
      null,
      sink.name,
    );
  }
}

function targetOf(sink: Sink): string {
  return sink.target ?? sink.name;
}

function pokeRun(run: OpenRun): void {
  for (const { feed, isReady } of run.feeds.values()) if (isReady) feed.poke();
}
