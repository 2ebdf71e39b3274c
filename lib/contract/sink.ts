import type { AnyEvent, Envelope, EventData } from './events.js';
import type { Folder } from './folder.js';

/** Passed to a sink's `setup`. */
export interface SinkContext {
  /** Folder of the journals, or `null` with `journal: false`. */
  readonly journalDir: string | null;
  /** True if a recorded journal is replayed into the sink, so its events do not happen now. Default: false. */
  readonly replay?: boolean;
  /**
   * Reports a problem of this sink. Every other sink receives it as `onWarning`; this one does not.
   *
   * @param code stable code of the problem. The first report of a code is delivered; later ones are only counted
   * @param message what happened, and what the reader can do about it
   * @param data further facts. Default: none
   */
  warn(code: string, message: string, data?: unknown): void;
}

/** Passed to a sink with each batch of events. Call its functions only until the batch resolves. */
export interface BatchContext {
  /** Folder of the run these events belong to, or `null` if the run has no journal. */
  readonly runDir: string | null;
  /**
   * The folder of the run for writing, or `null` if the run has no journal. What a sink writes beside the journal it
   * writes through this object: nothing outside of the run's folder can then be changed, whatever an event says.
   */
  readonly folder: Folder | null;
  /** Id of the run these events belong to. */
  readonly runId: string;
  /** Number of this batch, for `hold`. It grows from batch to batch of a run. Absent if no position is saved. */
  readonly batch?: number;
  /**
   * Returns the events before this batch, in order, from the processes that wrote its events. They are read from the
   * journal while you iterate. Empty without a journal.
   *
   * @throws AutologError `AXL_JOURNAL_VERSION` if a newer version wrote the journal
   */
  earlier(): Iterable<AnyEvent>;
  /**
   * Returns the path of a file in which this sink can store state about this run. There is one per `target`, next to
   * the saved position. Its folder exists; the file may not. Returns `null` without a journal.
   *
   * @param suffix end of the file's name, e.g. `.rows.jsonl`: a dot, then letters, digits, `.`, `_` or `-`. It must not
   * end in `.json` or `.lock`
   * @throws AutologError `AXL_BAD_OPTIONS` for any other suffix
   */
  stateFile(suffix: string): string | null;
  /** Returns whether this process wrote the event. If not, another process did, which may still be running. */
  isOwn(event: AnyEvent): boolean;
  /**
   * Returns the first event of another run in the same folder, with its own context, or `null` if there is no such run.
   * A sink that must write a parent run before its nested runs needs this.
   *
   * @experimental
   */
  beginningOf(runId: string): {
    /** The first event of that run. */
    readonly events: readonly AnyEvent[];
    /** The context of that batch. */
    readonly context: BatchContext;
  } | null;
  /**
   * Keeps the saved position before the batch of that number until a later batch resolves without calling `hold()`.
   * Call it if something in that batch is not written yet. Later batches are delivered as usual. After a crash, the
   * sink of the next process receives everything from that batch on again. Absent if no position is saved.
   */
  hold?(batch: number): void;
  /**
   * Reports that a long batch makes progress. `flush()` and `ax-autolog sync` give up on a sink that makes none for
   * some seconds. Absent if nothing waits for the sink.
   */
  progress?(): void;
}

/**
 * The hooks of a sink: one optional function per event. It may be async. Its result is ignored, its errors are
 * reported.
 */
export type SinkHooks = {
  // `keyof` is spelled out because only then do editors show the docstrings of the events on the hooks.
  [T in keyof EventData]?: (event: Envelope<T>) => unknown;
};

/**
 * A plugin that receives events and writes them somewhere: an object with a name and any of the hooks.
 *
 * A failing sink never disturbs the run or other sinks. If a hook throws or rejects, `AXL_SINK_FAILED` is reported, and
 * repetitions are counted. A live sink's hook may take 2 s; after that, `AXL_SINK_TIMEOUT` is reported and the next
 * event is delivered. After three time-outs in a row, events for the sink are dropped and counted until the next
 * `flush()` (`AXL_SINK_BREAKER_OPEN`). With `delivery: 'journal'`, hooks have no time limit and a failed batch is
 * delivered again.
 */
export interface Sink extends SinkHooks {
  /** Name of the sink in warnings. Unique among the registered sinks, not empty. */
  readonly name: string;
  /**
   * How the sink receives events. `live` (default): from memory, at once. `journal`: from the journal on disk. Its
   * position is saved when a hook or batch resolves, so no event is lost if the process dies. It may receive the
   * in-flight batch again after a crash, so make it idempotent.
   */
  readonly delivery?: 'live' | 'journal';
  /**
   * Where the sink writes, e.g. a server and an experiment. Positions in the journal are saved per target. Default:
   * `name`.
   */
  readonly target?: string;
  /**
   * Receives events in batches; the hooks are then not called. The events of a batch belong to one run and are in
   * order.
   */
  onBatch?(events: readonly AnyEvent[], context: BatchContext): unknown;
  /** Prepares the sink. Called once, before the first event. If it fails, the sink receives no events. */
  setup?(context: SinkContext): unknown;
  /** Writes everything the sink has buffered. May be called any number of times, also after `close`. */
  flush?(): unknown;
  /** Releases the sink's resources. Called once, after the last event and a `flush`. */
  close?(): unknown;
}

/**
 * Returns the sink unchanged, so that TypeScript infers the types of its hooks.
 *
 * @example
 * registry.register(defineSink({ name: 'scores', onTrialEnd: (event) => console.log(event.data.score) }));
 */
export function defineSink<const S extends Sink>(sink: S): S {
  return sink;
}
