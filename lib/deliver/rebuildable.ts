import type { AnyEvent } from '../contract/events.js';
import type { BatchContext } from '../contract/sink.js';

/** Runs that have ended and are still held in memory, for events that come late. */
const ENDED_RUNS_KEPT = 64;

/** One event that the state of a run has yet to take. */
export interface RebuildStep {
  readonly event: AnyEvent;
  /**
   * True for an event that was delivered before, to another process or before another process took over. It only brings
   * the state to where it was: what it leads to was written then.
   */
  readonly isEarlier: boolean;
}

/** A batch, and the state of its run. */
export interface RebuildableBatch<S> {
  /** The state of the run as far as it has taken events. */
  readonly state: S;
  /**
   * The events that the state has yet to take, in order. To be iterated once. An event counts as taken when the loop goes
   * on to the next. If the loop is left before (it throws, or breaks), that event comes again with the same batch.
   */
  readonly steps: Iterable<RebuildStep>;
}

/** How {@link rebuildable} keeps states. */
export interface RebuildableOptions<S> {
  /** Called for each state that is dropped: it can release what it holds. Must not throw. */
  readonly onDrop?: (state: S) => void;
}

/** The states of runs, each of which depends on nothing but the events of its run. */
export interface Rebuildable<S> {
  /**
   * Returns the state of the batch's run, which is made if it is not in memory, and the events it has yet to take. A sink
   * must be done with a batch of a run before it begins the next one of that run.
   */
  begin(events: readonly AnyEvent[], context: BatchContext): RebuildableBatch<S>;
  /** The state of a run, if it is in memory. */
  get(runId: string): S | undefined;
  /** Ids of the runs whose states are in memory, the oldest first. */
  ids(): string[];
  /** Drops the state of a run. With a journal, the next batch of the run rebuilds it. */
  drop(runId: string): void;
  /** Drops all states. */
  clear(): void;
}

/**
 * Keeps a state for each run that a process can rebuild: what a sink must know of earlier events to write later ones.
 *
 * It follows three rules. A process that carries on for another one rebuilds the state from the earlier events of the run.
 * Events that were taken before are skipped. If another process delivered events in between, the state is out of date: it
 * is dropped and rebuilt. Without a journal nothing is rebuilt or dropped.
 *
 * The states of the last 64 runs that ended are kept, for late events.
 *
 * @param makeState makes the state of a run that has had no event. It receives the context and the events of the batch that
 * comes first in this process
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
  /** By writer: `seq` of the next event that was not taken. */
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
    if (runDir !== null && this.#isOvertaken(events, runId)) this.drop(runId);
    const run = this.#runs.get(runId) ?? {
      state: this.#makeState(context, events),
      next: new Map<string, number>(),
      hasEnded: false,
    };
    // The latest used is the last one.
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

  /** Whether events are missing between those taken here and the batch: another process has delivered them. */
  #isOvertaken(events: readonly AnyEvent[], runId: string): boolean {
    const run = this.#runs.get(runId);
    if (!run) return false;
    return [...firstOfEachWriter(events)].some(([writer, { seq }]) => seq > (run.next.get(writer) ?? seq));
  }

  *#steps(run: RunState<S>, events: readonly AnyEvent[], context: BatchContext): Generator<RebuildStep> {
    yield* this.#rebuild(run, events, context);
    for (const event of events) {
      if (event.seq < (run.next.get(event.writer) ?? event.seq)) continue;
      yield { event, isEarlier: false };
      // Warnings outside of every run have no order.
      if (context.runId !== '') run.next.set(event.writer, event.seq + 1);
      if (event.type === 'onRunStart') run.hasEnded = false;
      if (event.type === 'onRunEnd') run.hasEnded = true;
    }
  }

  /** Takes the earlier events of writers of whom nothing is known here. A state that is half rebuilt is dropped. */
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

  /** Oldest first: a server that evaluates for ever must not grow. */
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
