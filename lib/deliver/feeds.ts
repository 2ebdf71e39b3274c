import { basename } from 'node:path';
import type { Sink } from '../contract/sink.js';
import { flushAllJournals } from '../journal/writer.js';
import { journalTarget } from '../support/settings.js';
import { shared } from '../support/shared-state.js';
import { leftoverRuns } from './backlog.js';
import { warnForeign } from './foreign/warnings.js';
import { RunFeeds } from './run-feeds.js';

export type { RunFeeds } from './run-feeds.js';

/** Feeds of the runs whose journal is open in this process, by run id. */
const open = shared('feeds', () => new Map<string, RunFeeds>());
/** Feeds of runs that have ended and are not delivered completely. */
const finishing = shared('finishing feeds', () => new Set<RunFeeds>());
/** Sinks that are fed from journals, each with a promise that resolves when its `setup` has run. */
const sinks = shared('fed sinks', () => new Map<Sink, Promise<void>>());
/** Ids of the runs that ended while a sink was being loaded, by folder. That sink still has to receive them. */
const endedMeanwhile = shared('runs ended meanwhile', () => new Map<string, string>());
const loading = shared('sinks being loaded', () => ({ count: 0 }));
/**
 * Folders of the latest runs, by run id. Kept after a run's end, because a live sink may still have its events queued.
 */
const folders = shared('run folders', () => new Map<string, string>());
const FOLDERS_KEPT = 1_000;

/** Starts to feed the journal of a run that this process has opened to every sink that is fed from journals. */
export function openFeeds(runId: string, runDir: string): RunFeeds {
  const feeds = new RunFeeds(runId, runDir);
  open.set(runId, feeds);
  rememberFolder(runId, runDir);
  for (const [sink, ready] of sinks) feeds.add(sink, ready);
  return feeds;
}

/** Returns the folder of a run, or `null` if it has no journal. Knows the last 1,000 runs that this process wrote. */
export function folderOf(runId: string): string | null {
  return folders.get(runId) ?? null;
}

/** Ends the feeds of a run whose journal was closed, once everything is delivered. Returns at once. */
export function closeFeeds(feeds: RunFeeds): void {
  open.delete(feeds.runId);
  if (loading.count > 0) endedMeanwhile.set(feeds.runDir, feeds.runId);
  finish(feeds);
}

/**
 * Returns whether the run's journal is open in this process, so that journal-fed sinks receive its events from there.
 */
export function isFeeding(runId: string): boolean {
  return open.has(runId);
}

/**
 * Announces a sink that is still being loaded and will be fed from journals, so that it also receives the runs that end
 * before it is loaded.
 *
 * @returns a function to call after {@link feedSink}, or if the sink fails to load
 */
export function expectSink(): () => void {
  loading.count += 1;
  return () => {
    loading.count -= 1;
    if (loading.count === 0) endedMeanwhile.clear();
  };
}

/**
 * Feeds a sink from journals once `ready` resolves. It receives the runs that are open now or opened later, those that
 * ended while it was being loaded, and those that an earlier process of this user did not deliver completely.
 */
export function feedSink(sink: Sink, ready: Promise<void>): void {
  sinks.set(sink, ready);
  for (const feeds of open.values()) feeds.add(sink, ready);
  for (const [runDir, runId] of endedMeanwhile) feedEnded(new RunFeeds(runId, runDir), sink, ready);
  feedLeftovers(sink, ready);
}

/**
 * Resolves when the sink has received everything recorded so far, or makes no progress for 5 s. Its position is kept.
 */
export async function drainFeeds(sink: Sink): Promise<void> {
  flushAllJournals();
  await Promise.all([...open.values(), ...finishing].map((feeds) => feeds.drain(sink)));
}

/** Stops feeding a sink. Resolves when its leases are released. Undelivered events stay in the journal. */
export async function stopFeeding(sink: Sink): Promise<void> {
  sinks.delete(sink);
  await Promise.all([...open.values(), ...finishing].map((feeds) => feeds.stop(sink)));
}

function rememberFolder(runId: string, runDir: string): void {
  folders.set(runId, runDir);
  const oldest = folders.keys().next();
  if (folders.size > FOLDERS_KEPT && !oldest.done && !open.has(oldest.value)) folders.delete(oldest.value);
}

/** Leaves alone the runs that came from elsewhere: a command delivers them, when the user asks for it. */
function feedLeftovers(sink: Sink, ready: Promise<void>): void {
  const target = journalTarget();
  if (!target) return;
  const known = new Set([...open.values(), ...finishing].map(({ runId }) => runId));
  const to = sink.target ?? sink.name;
  const { own, foreign } = leftoverRuns(target.dir, to, known);
  for (const runDir of own) feedEnded(new RunFeeds(basename(runDir), runDir), sink, ready);
  warnForeign(target.dir, to, foreign);
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
