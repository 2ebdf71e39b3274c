import { now } from './clock.js';
import { deadline, TIMED_OUT } from './deadline.js';
import { warn } from './diagnostics.js';
import type { AnyEvent, EventData, EventType } from './events.js';
import { EVENT_VERSION } from './events.js';
import { WRITER } from './ids.js';
import { JournalFeed } from './journal/feed.js';
import { RunJournal } from './journal/writer.js';
import { journalTarget, settings } from './settings.js';
import type { Sink } from './sink.js';
import { snapshot } from './snapshot.js';

/** Where in a run an event belongs. */
export interface Place {
  readonly compileId?: string;
  readonly evalId?: string;
  readonly trialId?: string;
  readonly candidateId?: string;
}

interface OpenRun {
  readonly runId: string;
  readonly parentRunId: string | undefined;
  readonly journal: RunJournal | null;
  readonly feeds: Map<Sink, JournalFeed>;
  seq: number;
}

const open = new Map<string, OpenRun>();
const closing = new Set<OpenRun>();
const journalSinks = new Set<Sink>();
const NOTHING_DERIVED: readonly string[] = Object.freeze([]);
/** `flush()` gives up on a journal-fed sink after this long, in milliseconds; its position is kept. */
const DRAIN_LIMIT_MS = 5_000;

/** Opens the journal of a run in this process. */
export function openJournal(runId: string, parentRunId: string | undefined): void {
  const target = journalTarget();
  const run: OpenRun = { runId, parentRunId, journal: null, feeds: new Map(), seq: 0 };
  if (target) {
    const journal = new RunJournal({
      dir: target.dir,
      runId,
      writer: WRITER,
      durability: target.durability,
      onProblem: (code, message, data) => warn(code, message, data),
      onFlush: () => pokeRun(run),
    });
    Object.assign(run, { journal });
    for (const sink of journalSinks) feedRun(run, sink);
  }
  open.set(runId, run);
}

/** Whether the run has a journal that is open here. */
export function hasJournal(runId: string): boolean {
  return open.get(runId)?.journal != null;
}

/** Folder of the run's journal, or null. */
export function runFolder(runId: string): string | null {
  return open.get(runId)?.journal?.runDir ?? null;
}

/** Builds the event, writes it to the run's journal and returns it frozen; null when the run is not open here. */
export function record<T extends EventType>(
  runId: string,
  type: T,
  place: Place,
  data: EventData[T],
  options: { readonly durable?: boolean; readonly derived?: readonly string[] } = {},
): AnyEvent | null {
  const run = open.get(runId);
  if (!run) return null;
  const event = Object.freeze({
    v: EVENT_VERSION,
    seq: run.seq++,
    time: now(),
    writer: WRITER,
    runId,
    ...place,
    ...(run.parentRunId === undefined ? {} : { parentRunId: run.parentRunId }),
    type,
    data: snapshot(data, settings().redactor),
    derived: options.derived ? Object.freeze([...options.derived]) : NOTHING_DERIVED,
  }) as unknown as AnyEvent;
  run.journal?.append(event, options.durable ?? false);
  return event;
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
  if (run.feeds.size === 0) return;
  closing.add(run);
  void Promise.allSettled([...run.feeds.values()].map((feed) => feed.drain())).then(() => {
    for (const feed of run.feeds.values()) feed.stop();
    closing.delete(run);
  });
}

/** From now on the sink is fed from every run's journal, those already open included. */
export function feedSink(sink: Sink): void {
  journalSinks.add(sink);
  for (const run of open.values()) feedRun(run, sink);
}

/** Resolves when all journal-fed sinks have what is on disk, or after 5 s: their positions are kept. */
export async function drainFeeds(only?: Sink): Promise<void> {
  const runs = [...open.values(), ...closing];
  for (const run of runs) run.journal?.flush();
  await Promise.all(
    runs.flatMap((run) =>
      [...run.feeds].filter(([sink]) => only === undefined || sink === only).map(([sink, feed]) => drained(sink, feed)),
    ),
  );
}

/** Stops feeding one sink, or all; what was not delivered stays in the journal. */
export async function stopFeeds(only?: Sink): Promise<void> {
  if (only) journalSinks.delete(only);
  else journalSinks.clear();
  await drainFeeds(only);
  for (const run of [...open.values(), ...closing]) {
    for (const [sink, feed] of run.feeds) {
      if (only !== undefined && sink !== only) continue;
      feed.stop();
      run.feeds.delete(sink);
    }
  }
}

async function drained(sink: Sink, feed: JournalFeed): Promise<void> {
  const outcome = await deadline(feed.drain(), DRAIN_LIMIT_MS);
  if (outcome !== TIMED_OUT) return;
  warn(
    'AXL_SINK_STALLED',
    `flush() gave up on sink '${sink.name}' after 5 s; the journal keeps the rest`,
    null,
    sink.name,
  );
}

function feedRun(run: OpenRun, sink: Sink): void {
  if (!run.journal || run.feeds.has(sink)) return;
  const feed = new JournalFeed({ runDir: run.journal.runDir, runId: run.runId, sink });
  run.feeds.set(sink, feed);
  feed.poke();
}

function pokeRun(run: OpenRun): void {
  for (const feed of run.feeds.values()) feed.poke();
}
