import { AutologError } from '../contract/errors.js';
import type { Folder } from '../contract/folder.js';
import type { Sink } from '../contract/sink.js';
import { type Batch, knownSizes, readBatch } from '../journal/batch.js';
import { EventDecoder } from '../journal/decode/decode.js';
import { listSegments, openRunFolder, type StateFiles, stateFiles, stateNames } from '../journal/layout.js';
import { loadPosition, type Position, savePosition } from '../journal/position.js';
import { type OnProblem, Problems } from '../journal/problems.js';
import { journalMode } from '../support/settings.js';
import { batchContext } from './batch-context.js';
import { callSink, SinkRejection } from './call-sink.js';
import { FeedTimers } from './feed-timers.js';
import { callHook } from './hooks.js';
import { Lease, RENEW_AFTER_MS } from './lease.js';
import { UnacknowledgedBatches } from './unacknowledged-batches.js';
import { Waiters } from './waiters.js';

/** Options of {@link JournalFeed}. */
export interface JournalFeedOptions {
  /** Folder of the run. */
  readonly runDir: string;
  /** Id of the run. */
  readonly runId: string;
  /** The sink. Its position is saved by its `target`, or by its name if it has none. */
  readonly sink: Sink;
  /** Maximum number of events in a batch. Default: 500. */
  readonly batchSize?: number;
  /** Receives each kind of problem once, e.g. a sink that rejects or a line that cannot be read. Default: ignored. */
  readonly onProblem?: OnProblem;
}

/**
 * Delivers one run's journal to one sink: the complete lines of all segments, in order, in batches if the sink has
 * `onBatch`, otherwise hook by hook. It awaits each batch or hook, then saves the position, so a later feed in any
 * process resumes there.
 *
 * No event is lost or skipped. A batch that rejects is retried, within 100 ms at first and within 30 s at most. If the
 * process dies after a batch resolved but before its position is saved, the sink receives that batch again. After
 * a crash, it also receives a batch held with `BatchContext.hold()` again, and all later ones.
 *
 * A target has one feed at a time, the one with its lease; other feeds wait. A feed never keeps the process alive.
 */
export class JournalFeed {
  readonly #options: JournalFeedOptions;
  readonly #target: string;
  readonly #folder: Folder;
  readonly #files: StateFiles;
  readonly #lease: Lease;
  readonly #decoder: EventDecoder;
  readonly #problems: Problems;
  readonly #batches = new UnacknowledgedBatches();
  readonly #timers = new FeedTimers({ start: () => this.#start(), poll: () => this.#onPoll() });
  readonly #waiters = new Waiters();
  /** Position up to which events were delivered. `null` while this feed does not have the lease. */
  #position: Position | null = null;
  /** The position on disk. */
  #saved: Position | null = null;
  #work: Promise<void> | null = null;
  #hasMoreWork = false;
  #progressCalls = 0;
  #renewedAt = 0;
  #stopped = false;

  constructor(options: JournalFeedOptions) {
    this.#options = options;
    this.#target = options.sink.target ?? options.sink.name;
    this.#folder = openRunFolder(options.runDir, journalMode());
    this.#files = stateNames(this.#target);
    this.#lease = new Lease(this.#folder, this.#files.lease);
    this.#problems = new Problems(options.onProblem);
    this.#decoder = new EventDecoder(options.runDir, (code, message) => this.#problems.once(code, message));
  }

  /**
   * A number that grows while the feed makes progress: delivered bytes plus the sink's calls of
   * `BatchContext.progress()`.
   */
  get progress(): number {
    return Object.values(this.#position ?? {}).reduce((sum, offset) => sum + offset, this.#progressCalls);
  }

  /** Delivers newly written events soon. Does not wait for them. */
  poke(): void {
    if (this.#stopped) return;
    this.#timers.startPolling();
    if (this.#work) this.#hasMoreWork = true;
    else this.#timers.startSoon();
  }

  /** Resolves when everything now on disk is delivered and its position saved, or when the feed is stopped. */
  drain(): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    this.#timers.startPolling();
    const delivered = this.#waiters.wait(knownSizes(this.#options.runDir));
    this.#hasMoreWork = true;
    this.#start();
    return delivered;
  }

  /** Stops the feed after the current batch and releases the lease. Undelivered events stay in the journal. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timers.stop();
    await this.#work;
    this.#guard(() => this.#lease.release());
    this.#waiters.releaseAll();
  }

  #start(): void {
    if (this.#stopped || this.#work) return;
    this.#timers.cancelRetry();
    this.#work = this.#run().then(() => {
      this.#work = null;
      if (this.#hasMoreWork && !this.#timers.isRetrying) this.#start();
    });
  }

  /** Delivers until nothing is left or a step fails. Never rejects. */
  async #run(): Promise<void> {
    try {
      while (!this.#stopped) {
        this.#hasMoreWork = false;
        if (!this.#acquireLease()) return;
        const releaseWaiting = this.#waiters.snapshot();
        const batch = this.#read();
        await this.#deliver(batch);
        this.#timers.resetBackoff();
        // A waiter added after the read may wait for events that the read did not return.
        const isEmpty = batch.events.length === 0;
        if (isEmpty) releaseWaiting();
        else this.#waiters.release(this.#position ?? {});
        if (isEmpty && !this.#hasMoreWork) return;
      }
    } catch (error) {
      this.#reportFailure(error);
      if (!this.#stopped) this.#timers.retryLater();
    }
  }

  #reportFailure(error: unknown): void {
    const { runDir, sink } = this.#options;
    if (error instanceof SinkRejection) {
      const message = `sink '${sink.name}' rejected events of ${runDir} and will receive them again`;
      this.#problems.caught('AXL_SINK_FAILED', message, error.cause);
    } else if (error instanceof AutologError) {
      this.#problems.once(error.code, error.message);
    } else {
      const message = `cannot read the journal in ${runDir} or save its position (will be retried)`;
      this.#problems.caught('AXL_JOURNAL_WRITE', message, error);
    }
  }

  /** Returns whether this feed has the lease. If not, releases waiters up to the position that the other feed saved. */
  #acquireLease(): boolean {
    if (listSegments(this.#options.runDir).length === 0) {
      this.#waiters.releaseAll();
      return false;
    }
    const lease = this.#lease.acquire();
    if (lease !== 'kept' || this.#position === null) {
      this.#position = loadPosition(stateFiles(this.#options.runDir, this.#target).position);
      this.#saved = this.#position;
      this.#batches.reset();
    }
    if (lease !== 'busy') return true;
    const position = this.#position;
    this.#position = null;
    this.#waiters.release(position);
    return false;
  }

  #read(): Batch {
    const { runDir, batchSize = 500 } = this.#options;
    return readBatch(runDir, {
      from: this.#position ?? {},
      limit: batchSize,
      decoder: this.#decoder,
      onProblem: (code, message) => this.#problems.once(code, message),
    });
  }

  /** Delivers a batch and saves the position, even if a hook fails after some of its events. */
  async #deliver(batch: Batch): Promise<void> {
    const { sink } = this.#options;
    if (sink.onBatch) {
      if (batch.events.length > 0) await this.#deliverBatch(batch.events);
      return this.#commit(batch.end, this.#batches.savable(batch.end));
    }
    let done = 0;
    try {
      for (const event of batch.events) {
        await callSink(() => callHook(sink, event));
        done += 1;
        if (this.#stopped) break;
      }
    } finally {
      const reached = done === batch.events.length ? batch.end : batch.positions[done - 1];
      if (reached) await this.#commit(reached);
    }
  }

  async #deliverBatch(events: Batch['events']): Promise<void> {
    const { sink } = this.#options;
    const batch = this.#batches.begin(this.#position ?? {});
    const context = batchContext({
      ...this.#options,
      events,
      batch,
      hold: (from) => this.#batches.hold(from),
      progress: () => {
        this.#progressCalls += 1;
      },
    });
    await callSink(() => sink.onBatch?.(events, context));
    this.#batches.acknowledge();
  }

  async #commit(reached: Position, saved = reached): Promise<void> {
    if (saved !== this.#saved)
      await savePosition(this.#folder, this.#files.position, { target: this.#target, position: saved });
    this.#saved = saved;
    this.#position = reached;
  }

  #onPoll(): void {
    if (Date.now() - this.#renewedAt >= RENEW_AFTER_MS) {
      this.#renewedAt = Date.now();
      this.#guard(() => this.#lease.renew());
    }
    if (this.#hasNews()) this.poke();
  }

  #hasNews(): boolean {
    if (!this.#waiters.isEmpty || this.#position === null) return true;
    const position = this.#position;
    return Object.entries(knownSizes(this.#options.runDir)).some(([name, size]) => size > (position[name] ?? 0));
  }

  #guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#problems.caught(
        'AXL_JOURNAL_WRITE',
        `cannot update the lease of '${this.#target}' in ${this.#options.runDir}`,
        error,
      );
    }
  }
}
