import { basename } from 'node:path';
import type { Sink } from '../contract/sink.js';
import { flushAllJournals } from '../journal/writer.js';
import { journalTarget } from '../support/settings.js';
import { shared } from '../support/shared-state.js';
import { leftoverRuns } from './backlog.js';
import { RunFeeds } from './run-feeds.js';

export type { RunFeeds } from './run-feeds.js';

/** By run id: runs whose journal is open in this process. */
const open = shared('feeds', () => new Map<string, RunFeeds>());
/** Runs that have ended and are still being delivered. */
const finishing = shared('finishing feeds', () => new Set<RunFeeds>());
/** Sinks that are fed from journals, with the promise that their `setup` has run. */
const sinks = shared('fed sinks', () => new Map<Sink, Promise<void>>());
/** Runs that ended while a sink was being loaded, by folder: that sink has not received them. */
const endedMeanwhile = shared('runs ended meanwhile', () => new Map<string, string>());
const loading = shared('sinks being loaded', () => ({ count: 0 }));
/** Folders of the latest runs, by run id: events of a run that has ended may still wait for a live sink. */
const folders = shared('run folders', () => new Map<string, string>());
const FOLDERS_KEPT = 1_000;

/** Feeds the journal of a run, which this process has opened, to every sink that is fed from journals. */
export function openFeeds(runId: string, runDir: string): RunFeeds {
  const feeds = new RunFeeds(runId, runDir);
  open.set(runId, feeds);
  rememberFolder(runId, runDir);
  for (const [sink, ready] of sinks) feeds.add(sink, ready);
  return feeds;
}

/** Returns the folder of a run that this process writes, or wrote lately; `null` if it has no journal. */
export function folderOf(runId: string): string | null {
  return folders.get(runId) ?? null;
}

/** The journal is closed. Feeds go on until everything is delivered, then they stop. */
export function closeFeeds(feeds: RunFeeds): void {
  open.delete(feeds.runId);
  if (loading.count > 0) endedMeanwhile.set(feeds.runDir, feeds.runId);
  finish(feeds);
}

/** Whether this process has the run's journal open: sinks that are fed from journals receive its events from there. */
export function isFeeding(runId: string): boolean {
  return open.has(runId);
}

/**
 * Announces a sink that will be fed from journals and is still being loaded: it also receives runs that end meanwhile.
 *
 * @returns a function to call after {@link feedSink}, or when the sink failed to load
 */
export function expectSink(): () => void {
  loading.count += 1;
  return () => {
    loading.count -= 1;
    if (loading.count === 0) endedMeanwhile.clear();
  };
}

/**
 * Feeds a sink, as soon as it is `ready`, from the journals of all runs: those that are open now or will be, those that
 * ended while it was being loaded, and those that an earlier process left undelivered.
 */
export function feedSink(sink: Sink, ready: Promise<void>): void {
  sinks.set(sink, ready);
  for (const feeds of open.values()) feeds.add(sink, ready);
  for (const [runDir, runId] of endedMeanwhile) feedEnded(new RunFeeds(runId, runDir), sink, ready);
  feedLeftovers(sink, ready);
}

/** Resolves when the sink has what was recorded so far, or makes no progress for 5 s: its position is kept. */
export async function drainFeeds(sink: Sink): Promise<void> {
  flushAllJournals();
  await Promise.all([...open.values(), ...finishing].map((feeds) => feeds.drain(sink)));
}

/** Stops feeding a sink. Resolves when its leases are given back; what was not delivered stays in the journal. */
export async function stopFeeding(sink: Sink): Promise<void> {
  sinks.delete(sink);
  await Promise.all([...open.values(), ...finishing].map((feeds) => feeds.stop(sink)));
}

function rememberFolder(runId: string, runDir: string): void {
  folders.set(runId, runDir);
  const oldest = folders.keys().next();
  if (folders.size > FOLDERS_KEPT && !oldest.done && !open.has(oldest.value)) folders.delete(oldest.value);
}

function feedLeftovers(sink: Sink, ready: Promise<void>): void {
  const target = journalTarget();
  if (!target) return;
  const known = new Set([...open.values(), ...finishing].map(({ runId }) => runId));
  for (const runDir of leftoverRuns(target.dir, sink.target ?? sink.name)) {
    const runId = basename(runDir);
    if (!known.has(runId)) feedEnded(new RunFeeds(runId, runDir), sink, ready);
  }
}

function feedEnded(feeds: RunFeeds, sink: Sink, ready: Promise<void>): void {
  feeds.add(sink, ready);
  finish(feeds);
}

function finish(feeds: RunFeeds): void {
  if (feeds.isEmpty) return;
  finishing.add(feeds);
  void feeds.finish().then(() => finishing.delete(feeds));
}
