import { AutologError } from '../contract/errors.js';
import type { AnyEvent, Envelope } from '../contract/events.js';
import { EVENT_TYPES } from '../contract/events.js';
import type { Sink, SinkContext } from '../contract/sink.js';
import { pendingWorkDone, runsWithPendingWork } from '../support/pending-work.js';
import { journalTarget } from '../support/settings.js';
import { shared } from '../support/shared-state.js';
import { warn, warnTotal } from '../support/warnings.js';
import { drainFeeds, expectSink, feedSink, isFeeding, stopFeeding } from './feeds.js';
import { SinkQueue } from './live-queue.js';

interface Entry {
  readonly name: string;
  /** `null` while a sink that is still being loaded is on its way. */
  sink: Sink | null;
  readonly queue: SinkQueue;
  /** Fed from the journal: nothing is pushed to its queue while the journal is on. */
  fromJournal: boolean;
  /** Ready once `setup` has run. */
  readonly loaded: Promise<void>;
}

const entries = shared('sinks', () => new Map<string, Entry>());

/** Sinks that were unregistered, with the runs that wait for pending work: they still receive the events of these. */
const leaving = shared('leaving sinks', () => new Map<Entry, ReadonlySet<string>>());

/** Every function that a sink may have. */
const HOOKS: readonly string[] = [...EVENT_TYPES, 'onBatch', 'setup', 'flush', 'close'];

/** The sinks that are registered, and how events reach them. */
export const registry = {
  /** Number of registered sinks. */
  get size(): number {
    return entries.size;
  },

  /** Names of the registered sinks, in order of registration. */
  get names(): readonly string[] {
    return [...entries.keys()];
  },

  /**
   * Registers a sink; from now on it receives every event. Registering makes decorated classes tracked.
   *
   * @returns A function that unregisters it: it is flushed and closed, once. Resolves when that is done.
   * @throws AutologError `AXL_SINK_INVALID` when it is no sink, `AXL_SINK_DUPLICATE` when the name is taken.
   */
  register(sink: Sink): () => Promise<void> {
    checkSink(sink);
    return add(sink.name, sink);
  },
};

/**
 * Registers a sink that is still being loaded: events wait for it, in memory or, with `delivery: 'journal'`, in the
 * journal. One that fails to load is reported and dropped.
 */
export function registerLoading(
  name: string,
  loading: Promise<Sink>,
  delivery: Sink['delivery'] = 'live',
): () => Promise<void> {
  return add(name, loading, delivery);
}

/** How an event reaches the sinks. */
export interface Delivery {
  /** It was written to a journal that is fed to sinks: those that read journals receive it from there. */
  readonly journaled: boolean;
}

/** Hands an event to every sink. Never throws, never waits. */
export function fanOut(event: AnyEvent, { journaled }: Delivery): void {
  for (const { fromJournal, queue } of entries.values()) {
    if (!(fromJournal && journaled)) queue.push(event);
  }
  for (const [{ fromJournal, queue }, runs] of leaving) {
    if (runs.has(event.runId) && !(fromJournal && journaled)) queue.push(event);
  }
}

/** Hands a warning to every sink but the one it is about. Returns how many of them listen to warnings. */
export function fanOutWarning(event: Envelope<'onWarning'>, { journaled }: Delivery): number {
  let listening = 0;
  for (const { name, sink, fromJournal, queue } of entries.values()) {
    if (name === event.data.sink) continue;
    if (sink?.onWarning || sink?.onBatch) listening += 1;
    if (!(fromJournal && journaled)) queue.push(event);
  }
  return listening;
}

/** Waits until every sink has what was emitted so far. Never rejects; a sink that stalls is reported. */
export async function flushSinks(): Promise<void> {
  await Promise.all(
    [...entries.values()].map(async (entry) => {
      await delivered(entry);
      await entry.queue.flush();
    }),
  );
}

/** Flushes and closes every sink and forgets it. */
export async function closeSinks(): Promise<void> {
  const all = [...entries.values()];
  entries.clear();
  await Promise.all(all.map(leave));
}

/** The last moment of a process: hands over what synchronous hooks can still take. */
export function pumpSinksNow(): void {
  for (const entry of entries.values()) entry.queue.pumpNow();
}

function add(name: string, source: Sink | Promise<Sink>, delivery?: Sink['delivery']): () => Promise<void> {
  checkFree(name, entries);
  const entry = makeEntry(name, source, delivery);
  entries.set(name, entry);
  let leaving: Promise<void> | undefined;
  return () => {
    leaving ??= remove(entry);
    return leaving;
  };
}

function makeEntry(name: string, source: Sink | Promise<Sink>, delivery: Sink['delivery']): Entry {
  const context: SinkContext = {
    journalDir: journalTarget()?.dir ?? null,
    warn: (code, message, data) => warn(code, message, data, name),
  };
  const queue = new SinkQueue(name, source, context, (sink, code, message, count) =>
    count === undefined ? warn(code, message, undefined, sink) : warnTotal(code, message, count, sink),
  );
  const settled = (sink: Sink): void => {
    entry.sink = sink;
    entry.fromJournal = sink.delivery === 'journal';
    if (!entry.fromJournal) return;
    queue.dropQueued((event) => isFeeding(event.runId));
    feedSink(sink, queue.ready);
  };
  const entry: Entry = {
    name,
    sink: null,
    queue,
    fromJournal: delivery === 'journal',
    loaded: source instanceof Promise ? whenLoaded(source, delivery, settled) : Promise.resolve(),
  };
  if (!(source instanceof Promise)) settled(source);
  return entry;
}

function whenLoaded(loading: Promise<Sink>, delivery: Sink['delivery'], settled: (sink: Sink) => void): Promise<void> {
  const here = delivery === 'journal' ? expectSink() : () => undefined;
  return loading.then(settled, () => undefined).finally(here);
}

/** Gives the name free at once; what was emitted before still reaches the sink, then it is closed. */
async function remove(entry: Entry): Promise<void> {
  if (entries.get(entry.name) !== entry) return;
  entries.delete(entry.name);
  leaving.set(entry, runsWithPendingWork());
  await pendingWorkDone();
  leaving.delete(entry);
  await leave(entry);
}

async function leave(entry: Entry): Promise<void> {
  await delivered(entry);
  await entry.queue.close();
  if (entry.fromJournal && entry.sink) await stopFeeding(entry.sink);
}

/** Waits until a sink that is fed from the journal has read all of it. */
async function delivered(entry: Entry): Promise<void> {
  await entry.loaded;
  if (entry.fromJournal && entry.sink) await drainFeeds(entry.sink);
}

/** @throws AutologError `AXL_SINK_DUPLICATE` */
export function checkFree(name: string, taken: { has(name: string): boolean }): void {
  if (!taken.has(name)) return;
  throw new AutologError(
    'AXL_SINK_DUPLICATE',
    `a sink named '${name}' is registered already; expected a name of its own: unregister the first or rename one`,
  );
}

/** @throws AutologError `AXL_SINK_INVALID` */
export function checkSink(sink: unknown): asserts sink is Sink {
  const came = sink === null ? 'null' : Array.isArray(sink) ? 'an array' : typeof sink;
  if (sink === null || typeof sink !== 'object' || Array.isArray(sink)) {
    throw new AutologError('AXL_SINK_INVALID', `a sink came as ${came}; expected an object with a name and hooks`);
  }
  const { name } = sink as { name?: unknown };
  if (typeof name !== 'string' || name === '') {
    throw new AutologError('AXL_SINK_INVALID', `a sink came without a name; expected a non-empty string as 'name'`);
  }
  for (const hook of HOOKS) {
    const value = (sink as Record<string, unknown>)[hook];
    if (value !== undefined && typeof value !== 'function') {
      throw new AutologError('AXL_SINK_INVALID', `sink '${name}': '${hook}' is ${typeof value}; expected a function`);
    }
  }
  const { delivery } = sink as { delivery?: unknown };
  if (delivery !== undefined && delivery !== 'live' && delivery !== 'journal') {
    throw new AutologError(
      'AXL_SINK_INVALID',
      `sink '${name}': 'delivery' is ${JSON.stringify(delivery)}; expected 'live' or 'journal'`,
    );
  }
  const stranger = Object.keys(sink).find((key) => /^on[A-Z]/.test(key) && !HOOKS.includes(key));
  if (stranger === undefined) return;
  throw new AutologError(
    'AXL_SINK_INVALID',
    `sink '${name}': there is no hook '${stranger}', it would never be called; expected one of ${HOOKS.join(', ')}`,
  );
}
