import type { AnyEvent, Envelope, EventData } from './events.js';

/** What a sink is given when it is set up. */
export interface SinkContext {
  /** The journal's folder, or `null` when `journal: false`. */
  readonly journalDir: string | null;
  /** True where a journal is replayed into the sink: what it hears is not happening in this process at this moment. */
  readonly replay?: boolean;
  /** Reports a problem of this sink as one `onWarning` to every other sink, never back to this one. */
  warn(code: string, message: string, data?: unknown): void;
}

/** What a sink receives with a batch of events. Its functions may be called until the batch resolves. */
export interface BatchContext {
  /** Folder of the run these events belong to, or `null` when no journal of it is written. */
  readonly runDir: string | null;
  /** The run these events belong to. */
  readonly runId: string;
  /** Number of this batch among those handed to this sink from this run; it grows. Only if a position is saved. */
  readonly batch?: number;
  /**
   * Returns the events before this batch, of the processes that wrote its events, in the order they happened. They are
   * read from the journal while you iterate. Nothing without a journal.
   *
   * @throws AutologError `AXL_JOURNAL_VERSION` when a newer version wrote the journal
   */
  earlier(): Iterable<AnyEvent>;
  /**
   * Returns the path of a file for what this sink must remember of this run. It is kept for each `target`, beside the
   * saved position; its folder exists. `null` without a journal.
   *
   * @param suffix end of the file's name, e.g. `.rows.jsonl`: a dot, then letters, digits, `.`, `_` or `-`. It must not
   * end in `.json` or `.lock`.
   * @throws AutologError `AXL_BAD_OPTIONS` for any other suffix
   */
  stateFile(suffix: string): string | null;
  /** Whether this process wrote the event. If not, another process did, which may be running or not. */
  isOwn(event: AnyEvent): boolean;
  /**
   * Returns the first event of another run in the same folder, as a batch of its own: for a sink that must write the run
   * in which this one is nested first. `null` if there is no such run.
   *
   * @experimental
   */
  beginningOf(runId: string): { readonly events: readonly AnyEvent[]; readonly context: BatchContext } | null;
  /**
   * Keeps the saved position before the batch of that number, because something in it is not written yet, until a later
   * batch resolves without calling `hold`. Meanwhile the next batches come as usual; if the process dies, the sink of
   * another one receives everything from there on again. Only if a position is saved.
   */
  hold?(batch: number): void;
  /**
   * Reports that a long batch is making progress: `flush()` and `ax-autolog sync` give up on a sink that does not. Only if
   * someone waits.
   */
  progress?(): void;
}

/** One optional function per event; it may be async. Its result is ignored, its error is reported by `onWarning`. */
export type SinkHooks = {
  // `keyof` is spelled out: only then do the hooks have the descriptions of the events.
  [T in keyof EventData]?: (event: Envelope<T>) => unknown;
};

/**
 * A plugin that receives hooks and writes somewhere: a plain object with a name and any subset of hooks.
 *
 * Failure: a hook that throws or rejects is reported once per code by `onWarning`; one that takes over 2 s is given up;
 * three time-outs in a row open the sink's breaker and it gets nothing more until `flush()` closes it again.
 */
export interface Sink extends SinkHooks {
  /** Unique among the registered sinks; names it in warnings. */
  readonly name: string;
  /**
   * `live` (default): fed from memory, at once. `journal`: fed from the journal with a saved position that is committed
   * when the hook or batch resolves, so that nothing is lost when the process dies.
   */
  readonly delivery?: 'live' | 'journal';
  /** Where it writes, e.g. a server and experiment: positions in the journal are kept per target. Default: `name`. */
  readonly target?: string;
  /** Gets batches in place of the single hooks. Events of one batch belong to one run and are in order. */
  onBatch?(events: readonly AnyEvent[], context: BatchContext): unknown;
  /** Runs once, before the first event. */
  setup?(context: SinkContext): unknown;
  /** Asked to write out what it holds. */
  flush?(): unknown;
  /** Asked to let go of its resources. Runs once. */
  close?(): unknown;
}

/**
 * Returns the sink unchanged; it exists so that TypeScript infers the types of hooks.
 *
 * @example
 * registry.register(defineSink({ name: 'scores', onTrialEnd: (event) => console.log(event.data.score) }));
 */
export function defineSink<const S extends Sink>(sink: S): S {
  return sink;
}
