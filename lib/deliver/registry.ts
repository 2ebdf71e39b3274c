import { AutologError } from '../contract/errors.js';
import type { AnyEvent, Envelope } from '../contract/events.js';
import { EVENT_TYPES } from '../contract/events.js';
import type { Sink, SinkContext } from '../contract/sink.js';
import { pendingWorkDone, runsWithPendingWork } from '../support/pending-work.js';
import { received } from '../support/received.js';
import { journalTarget } from '../support/settings.js';
import { shared } from '../support/shared-state.js';
import { warn, warnTotal } from '../support/warnings.js';
import { drainFeeds, expectSink, feedSink, isFeeding, stopFeeding } from './feeds.js';
import { SinkQueue } from './live-queue.js';

interface Entry {
  readonly name: string;
  /** `null` while the sink is being loaded. */
  sink: Sink | null;
  readonly queue: SinkQueue;
  /** Whether the sink is fed from journals. Events of a run with a journal are then not pushed to its queue. */
  fromJournal: boolean;
  /** Resolves when the sink is loaded, or has failed to load. Its `setup` may still be running. */
  readonly loaded: Promise<void>;
}

const entries = shared('sinks', () => new Map<string, Entry>());

/** Unregistered sinks, each with the runs that wait for pending work. They still receive the events of these runs. */
const leaving = shared('leaving sinks', () => new Map<Entry, ReadonlySet<string>>());

/** Names of all functions that a sink may have. */
const HOOKS: readonly string[] = [...EVENT_TYPES, 'onBatch', 'setup', 'flush', 'close'];

/** The registered sinks of this process. */
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
   * Registers a sink, which receives every event from now on. Decorated classes are tracked as long as a sink is
   * registered.
   *
   * @returns a function that unregisters, flushes and closes the sink. Its promise resolves when that is done, and
   * further calls return the same promise
   * @throws AutologError `AXL_SINK_INVALID` if the sink is malformed, `AXL_SINK_DUPLICATE` if its name is taken
   */
  register(sink: Sink): () => Promise<void> {
    checkSink(sink);
    return add(sink.name, sink);
  },
};

/**
 * Registers a sink that is still being loaded. Until then, its events are queued in memory, or kept in the journal if
 * `delivery` is `journal`. If loading fails, `AXL_SINK_FAILED` is reported and the sink receives no events.
 *
 * @returns a function that unregisters the sink, as that of `registry.register` does
 * @throws AutologError `AXL_SINK_DUPLICATE` if the name is taken
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
  /** Whether the event was written to a journal. Sinks that are fed from journals then receive it from there. */
  readonly journaled: boolean;
}

/** Sends an event to every sink. Never throws and never waits. */
export function fanOut(event: AnyEvent, { journaled }: Delivery): void {
  for (const { fromJournal, queue } of entries.values()) {
    if (!(fromJournal && journaled)) queue.push(event);
  }
  for (const [{ fromJournal, queue }, runs] of leaving) {
    if (runs.has(event.runId) && !(fromJournal && journaled)) queue.push(event);
  }
}

/**
 * Sends a warning to every sink except the one it is about. Returns the number of loaded sinks that receive warnings.
 */
export function fanOutWarning(event: Envelope<'onWarning'>, { journaled }: Delivery): number {
  let receivers = 0;
  for (const { name, sink, fromJournal, queue } of entries.values()) {
    if (name === event.data.sink) continue;
    // Sinks that are fed from journals keep what belongs to a run. Nobody looks there for a warning outside every run.
    if (sink?.onWarning || (sink?.onBatch && (journaled || !fromJournal))) receivers += 1;
    if (!(fromJournal && journaled)) queue.push(event);
  }
  return receivers;
}

/** Waits until every sink has received all events so far. Never rejects. A sink that stalls is reported. */
export async function flushSinks(): Promise<void> {
  await Promise.all(
    [...entries.values()].map(async (entry) => {
      await drainIfFed(entry);
      await entry.queue.flush();
    }),
  );
}

/** Unregisters, flushes and closes every sink. */
export async function closeSinks(): Promise<void> {
  const all = [...entries.values()];
  entries.clear();
  await Promise.all(all.map(deliverAndClose));
}

/** Delivers queued events to synchronous hooks at once. Used when the process exits. */
export function pumpSinksNow(): void {
  for (const entry of entries.values()) entry.queue.pumpNow();
}

function add(name: string, source: Sink | Promise<Sink>, delivery?: Sink['delivery']): () => Promise<void> {
  checkFree(name, entries);
  const entry = makeEntry(name, source, delivery);
  entries.set(name, entry);
  let removal: Promise<void> | undefined;
  return () => {
    removal ??= remove(entry);
    return removal;
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
  const onLoaded = (sink: Sink): void => {
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
    loaded: source instanceof Promise ? whenLoaded(source, delivery, onLoaded) : Promise.resolve(),
  };
  if (!(source instanceof Promise)) onLoaded(source);
  return entry;
}

function whenLoaded(loading: Promise<Sink>, delivery: Sink['delivery'], onLoaded: (sink: Sink) => void): Promise<void> {
  const stopExpecting = delivery === 'journal' ? expectSink() : () => undefined;
  return loading.then(onLoaded, () => undefined).finally(stopExpecting);
}

/** Frees the name at once. Closes the sink after it has received all events so far and those of pending work. */
async function remove(entry: Entry): Promise<void> {
  if (entries.get(entry.name) !== entry) return;
  entries.delete(entry.name);
  leaving.set(entry, runsWithPendingWork());
  await pendingWorkDone();
  leaving.delete(entry);
  await deliverAndClose(entry);
}

async function deliverAndClose(entry: Entry): Promise<void> {
  await drainIfFed(entry);
  await entry.queue.close();
  if (entry.fromJournal && entry.sink) await stopFeeding(entry.sink);
}

/** Waits until the sink is loaded and, if it is fed from journals, has received everything in them. */
async function drainIfFed(entry: Entry): Promise<void> {
  await entry.loaded;
  if (entry.fromJournal && entry.sink) await drainFeeds(entry.sink);
}

/**
 * Throws if a sink's name is taken.
 *
 * @throws AutologError `AXL_SINK_DUPLICATE`
 */
export function checkFree(name: string, taken: { has(name: string): boolean }): void {
  if (!taken.has(name)) return;
  throw new AutologError(
    'AXL_SINK_DUPLICATE',
    `the name of a sink must be unique, got '${name}', which is registered. Unregister that sink, or rename one of them.`,
  );
}

/**
 * Throws if a value is not a sink, or has hooks that would never be called.
 *
 * @throws AutologError `AXL_SINK_INVALID`
 */
export function checkSink(sink: unknown): asserts sink is Sink {
  const isObject = sink !== null && typeof sink === 'object' && !Array.isArray(sink);
  must(isObject, 'a sink', 'an object with a name and hooks', sink);
  const { name, delivery } = sink as { readonly name?: unknown; readonly delivery?: unknown };
  must(typeof name === 'string' && name !== '', 'the name of a sink', 'a non-empty string', name);
  const of = `of sink '${name}'`;
  for (const hook of HOOKS) {
    const value = (sink as Record<string, unknown>)[hook];
    must(value === undefined || typeof value === 'function', `${hook} ${of}`, 'a function', value);
  }
  const isDelivery = delivery === undefined || delivery === 'live' || delivery === 'journal';
  must(isDelivery, `delivery ${of}`, "'live' or 'journal'", delivery);
  const unknownHook = Object.keys(sink as Sink).find((key) => /^on[A-Z]/.test(key) && !HOOKS.includes(key));
  if (unknownHook === undefined) return;
  const problem = `each hook ${of} must exist, got ${received(unknownHook)}. Use one of ${HOOKS.join(', ')}.`;
  throw new AutologError('AXL_SINK_INVALID', problem);
}

function must(holds: boolean, what: string, expected: string, value: unknown): void {
  if (holds) return;
  throw new AutologError('AXL_SINK_INVALID', `${what} must be ${expected}, got ${received(value)}.`);
}
