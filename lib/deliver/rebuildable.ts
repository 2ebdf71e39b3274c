import type { AnyEvent } from '../contract/events.js';
import type { BatchContext } from '../contract/sink.js';

/** Number of ended runs whose states stay in memory, because late events may follow. */
const ENDED_RUNS_KEPT = 64;

/** An event to apply to the state of a run. */
export interface RebuildStep {
  /** The event. */
  readonly event: AnyEvent;
  /**
   * True for an event that was already delivered, e.g. to an earlier process. Apply it to the state, but write nothing:
   * its output was written then.
   */
  readonly isEarlier: boolean;
}

/** The state of a run and the events of a batch to apply to it. Returned by {@link Rebuildable.begin}. */
export interface RebuildableBatch<S> {
  /** The state of the run, with all events applied so far. */
  readonly state: S;
  /**
   * The events to apply to the state, in order. Iterate over them once. An event counts as applied when the loop
   * continues with the next one. If the loop throws or breaks before that, the event is a step again when the batch is
   * delivered again.
   */
  readonly steps: Iterable<RebuildStep>;
}

/** Options of {@link rebuildable}. */
export interface RebuildableOptions<S> {
  /** Receives each dropped state, so that you can release its resources. It must not throw. Default: does nothing. */
  readonly onDrop?: (state: S) => void;
}

/** The states of all runs, by run id. Each state depends only on the events of its run. */
export interface Rebuildable<S> {
  /**
   * Returns the state of the batch's run and the events to apply to it. Creates the state if it is not in memory.
   * Finish a batch of a run before you begin the next batch of the same run.
   */
  begin(events: readonly AnyEvent[], context: BatchContext): RebuildableBatch<S>;
  /** Returns the state of a run, or `undefined` if it is not in memory. */
  get(runId: string): S | undefined;
  /** Returns the ids of the runs whose states are in memory, the least recently used first. */
  ids(): string[];
  /** Drops the state of a run. If the run has a journal, its next batch rebuilds the state. */
  drop(runId: string): void;
  /** Drops all states. */
  clear(): void;
}

/**
 * Creates a store with a state for each run, such as a running total, for sinks that need earlier events to write later
 * ones. States are in memory and are rebuilt from the journal when necessary.
 *
 * If another process delivered the first part of a run, the state is rebuilt from those events. Events that are
 * delivered again are skipped. If another process delivered events in the meantime, the outdated state is dropped and
 * rebuilt. Runs without a journal are neither rebuilt nor dropped for that reason.
 *
 * The states of the last 64 ended runs are kept for late events.
 *
 * @param makeState returns the state of a run before its first event. It receives the context and the events of the
 * first batch of the run in this process
 * @example
 * const totals = rebuildable(() => ({ trials: 0 }));
 * const sink = defineSink({
 *   name: 'totals',
 *   delivery: 'journal',
 *   onBatch: (events, context) => {
 *     const { state, steps } = totals.begin(events, context);
 *     for (const { event } of steps) if (event.type === 'onTrialEnd') state.trials += 1;
 *     console.log(context.runId, state.trials);
 *   },
 * });
 */
export function rebuildable<S>(
  makeState: (context: BatchContext, events: readonly AnyEvent[]) => S,
  options: RebuildableOptions<S> = {},
): Rebuildable<S> {
  return new RebuildableRuns(makeState, options);
}

interface RunState<S> {
  readonly state: S;
  /** `seq` of the next event to apply, by writer. */
  readonly next: Map<string, number>;
  hasEnded: boolean;
}

class RebuildableRuns<S> implements Rebuildable<S> {
  readonly #makeState: (context: BatchContext, events: readonly AnyEvent[]) => S;
  readonly #onDrop: (state: S) => void;
  readonly #runs = new Map<string, RunState<S>>();

  constructor(
    makeState: (context: BatchContext, events: readonly AnyEvent[]) => S,
    { onDrop = () => undefined }: RebuildableOptions<S>,
  ) {
    this.#makeState = makeState;
    this.#onDrop = onDrop;
  }

  begin(events: readonly AnyEvent[], context: BatchContext): RebuildableBatch<S> {
    const { runDir, runId } = context;
    if (runDir !== null && this.#isOutdated(events, runId)) this.drop(runId);
    const run = this.#runs.get(runId) ?? {
      state: this.#makeState(context, events),
      next: new Map<string, number>(),
      hasEnded: false,
    };
    // Reinserting keeps the map sorted by last use.
    this.#runs.delete(runId);
    this.#runs.set(runId, run);
    this.#dropEnded(runId);
    return { state: run.state, steps: this.#steps(run, events, context) };
  }

  get(runId: string): S | undefined {
    return this.#runs.get(runId)?.state;
  }

  ids(): string[] {
    return [...this.#runs.keys()];
  }

  drop(runId: string): void {
    const run = this.#runs.get(runId);
    if (run && this.#runs.delete(runId)) this.#onDrop(run.state);
  }

  clear(): void {
    for (const runId of this.ids()) this.drop(runId);
  }

  /**
   * Returns whether there is a gap between the applied events and the batch, because another process delivered events.
   */
  #isOutdated(events: readonly AnyEvent[], runId: string): boolean {
    const run = this.#runs.get(runId);
    if (!run) return false;
    return [...firstOfEachWriter(events)].some(([writer, { seq }]) => seq > (run.next.get(writer) ?? seq));
  }

  *#steps(run: RunState<S>, events: readonly AnyEvent[], context: BatchContext): Generator<RebuildStep> {
    yield* this.#rebuild(run, events, context);
    for (const event of events) {
      if (event.seq < (run.next.get(event.writer) ?? event.seq)) continue;
      yield { event, isEarlier: false };
      // Warnings outside any run are not numbered.
      if (context.runId !== '') run.next.set(event.writer, event.seq + 1);
      if (event.type === 'onRunStart') run.hasEnded = false;
      if (event.type === 'onRunEnd') run.hasEnded = true;
    }
  }

  /** Applies the earlier events of writers that are new to this process. Drops the state if that does not complete. */
  *#rebuild(run: RunState<S>, events: readonly AnyEvent[], context: BatchContext): Generator<RebuildStep> {
    const firsts = firstOfEachWriter(events);
    for (const writer of run.next.keys()) firsts.delete(writer);
    if (firsts.size === 0 || context.runDir === null) return;
    let isComplete = false;
    try {
      for (const event of context.earlier()) {
        if (!firsts.has(event.writer)) continue;
        yield { event, isEarlier: true };
        if (event.type === 'onRunEnd') run.hasEnded = true;
      }
      isComplete = true;
    } finally {
      if (!isComplete) this.drop(context.runId);
    }
    for (const [writer, { seq }] of firsts) run.next.set(writer, seq);
  }

  /** Keeps the memory of a long-running server bounded. */
  #dropEnded(current: string): void {
    const ended = [...this.#runs].filter(([runId, { hasEnded }]) => hasEnded && runId !== current);
    for (const [runId] of ended.slice(0, Math.max(0, ended.length - ENDED_RUNS_KEPT))) this.drop(runId);
  }
}

function firstOfEachWriter(events: readonly AnyEvent[]): Map<string, AnyEvent> {
  const firsts = new Map<string, AnyEvent>();
  for (const event of events) if (!firsts.has(event.writer)) firsts.set(event.writer, event);
  return firsts;
}
