import { AutologError } from '../contract/errors.js';
import type { Sink } from '../contract/sink.js';
import { type Batch, knownSizes, readBatch } from '../journal/batch.js';
import { EventDecoder } from '../journal/decode.js';
import { listSegments, stateFiles } from '../journal/layout.js';
import { loadPosition, type Position, savePosition } from '../journal/position.js';
import { type OnProblem, Problems } from '../journal/problems.js';
import { runDetached } from '../support/async.js';
import { batchContext } from './batch-context.js';
import { FeedTimers } from './feed-timers.js';
import { callHook } from './hooks.js';
import { Lease, RENEW_AFTER_MS } from './lease.js';
import { UnacknowledgedBatches } from './unacknowledged-batches.js';
import { Waiters } from './waiters.js';

/** What a {@link JournalFeed} feeds, and from where. */
export interface JournalFeedOptions {
  /** Folder of the run. */
  readonly runDir: string;
  readonly runId: string;
  /** Its `target` (its name, if it has none) tells apart whose position is kept. */
  readonly sink: Sink;
  /** Events read and handed over at once. Default 500. */
  readonly batchSize?: number;
  /** Called once for each kind of problem: a sink that rejects, a line that cannot be used. */
  readonly onProblem?: OnProblem;
}

/** The sink failed, not the feed. */
class Rejection extends Error {}

/**
 * Feeds one run's journal into one sink: whole lines of all its segments, in order, in batches (`onBatch`) or hook by hook,
 * each awaited. The position is saved when a batch resolves, so a later feed, in this process or another, carries on there.
 *
 * Nothing is lost or skipped: a batch that rejects comes again, after 100 ms at first and at most 30 s. A process may die
 * between a sink's answer and the saved position; the sink then receives that batch once more. A sink may hold batches back
 * (`BatchContext.hold`): after a crash it receives those once more, too.
 *
 * Only one feed at a time has the lease of a target; the others wait. A feed never keeps the process alive.
 */
export class JournalFeed {
  readonly #options: JournalFeedOptions;
  readonly #target: string;
  readonly #positionFile: string;
  readonly #lease: Lease;
  readonly #decoder: EventDecoder;
  readonly #problems: Problems;
  readonly #batches = new UnacknowledgedBatches();
  readonly #timers = new FeedTimers({ start: () => this.#start(), poll: () => this.#onPoll() });
  readonly #waiters = new Waiters();
  /** How far it was handed over, and how far that is saved. */
  #position: Position | null = null;
  #saved: Position | null = null;
  #work: Promise<void> | null = null;
  #again = false;
  #steps = 0;
  #renewed = 0;
  #stopped = false;

  constructor(options: JournalFeedOptions) {
    this.#options = options;
    this.#target = options.sink.target ?? options.sink.name;
    const files = stateFiles(options.runDir, this.#target);
    this.#positionFile = files.position;
    this.#lease = new Lease(files.lease);
    this.#problems = new Problems(options.onProblem);
    this.#decoder = new EventDecoder(options.runDir, (code, message) => this.#problems.once(code, message));
  }

  /** Grows while the feed makes progress: bytes of the journal delivered, and calls of the sink to `BatchContext.progress`. */
  get progress(): number {
    return Object.values(this.#position ?? {}).reduce((sum, offset) => sum + offset, this.#steps);
  }

  /** New events were written. Returns at once. */
  poke(): void {
    if (this.#stopped) return;
    this.#timers.startPolling();
    if (this.#work) this.#again = true;
    else this.#timers.startSoon();
  }

  /** Resolves when everything on disk now was delivered and its position saved, or when the feed was stopped. */
  drain(): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    this.#timers.startPolling();
    const delivered = this.#waiters.wait(knownSizes(this.#options.runDir));
    this.#again = true;
    this.#start();
    return delivered;
  }

  /** Ends the feed after the batch it is at, and gives the lease back. What is left stays in the journal. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timers.stop();
    await this.#work;
    this.#guard(() => this.#lease.release());
    this.#waiters.releaseAll();
  }

  #start(): void {
    if (this.#stopped || this.#work) return;
    this.#timers.started();
    this.#work = this.#run().then(() => {
      this.#work = null;
      if (this.#again && !this.#timers.isRetrying) this.#start();
    });
  }

  /** Delivers until nothing is left or something fails. Never rejects. */
  async #run(): Promise<void> {
    try {
      while (!this.#stopped) {
        this.#again = false;
        if (!this.#lead()) return;
        const releaseWaiting = this.#waiters.snapshot();
        const batch = this.#read();
        await this.#deliver(batch);
        this.#timers.succeeded();
        // Who began to wait after the read may wait for more than it saw.
        const isEmpty = batch.events.length === 0;
        if (isEmpty) releaseWaiting();
        else this.#waiters.release(this.#position ?? {});
        if (isEmpty && !this.#again) return;
      }
    } catch (error) {
      this.#explain(error);
      if (!this.#stopped) this.#timers.retryLater();
    }
  }

  #explain(error: unknown): void {
    const { runDir, sink } = this.#options;
    if (error instanceof Rejection) {
      const message = `sink '${sink.name}' did not take events of ${runDir} and gets them again`;
      this.#problems.caught('AXL_SINK_FAILED', message, error.cause);
    } else if (error instanceof AutologError) {
      this.#problems.once(error.code, error.message);
    } else {
      const message = `the journal in ${runDir} cannot be read, or its position not saved`;
      this.#problems.caught('AXL_JOURNAL_WRITE', message, error);
    }
  }

  /** True when this feed has the lease. While another has it, that one's progress counts. */
  #lead(): boolean {
    if (listSegments(this.#options.runDir).length === 0) {
      this.#waiters.releaseAll();
      return false;
    }
    const lease = this.#lease.acquire();
    if (lease !== 'kept' || this.#position === null) {
      this.#position = loadPosition(this.#positionFile);
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

  /** Hands a batch over and saves how far that went, also when it went only part of the way. */
  async #deliver(batch: Batch): Promise<void> {
    const { sink } = this.#options;
    if (sink.onBatch) {
      if (batch.events.length > 0) await this.#handBatch(batch.events);
      return this.#commit(batch.end, this.#batches.savable(batch.end));
    }
    let done = 0;
    try {
      for (const event of batch.events) {
        await this.#hand(() => callHook(sink, event));
        done += 1;
        if (this.#stopped) break;
      }
    } finally {
      const reached = done === batch.events.length ? batch.end : batch.positions[done - 1];
      if (reached) await this.#commit(reached);
    }
  }

  async #handBatch(events: Batch['events']): Promise<void> {
    const { sink } = this.#options;
    const batch = this.#batches.begin(this.#position ?? {});
    const context = batchContext({
      ...this.#options,
      events,
      batch,
      hold: (from) => this.#batches.hold(from),
      progress: () => {
        this.#steps += 1;
      },
    });
    await this.#hand(() => sink.onBatch?.(events, context));
    this.#batches.acknowledge();
  }

  async #hand(action: () => unknown): Promise<void> {
    try {
      await runDetached(action);
    } catch (error) {
      throw new Rejection('rejected', { cause: error });
    }
  }

  async #commit(reached: Position, saved = reached): Promise<void> {
    if (saved !== this.#saved) await savePosition(this.#positionFile, this.#target, saved);
    this.#saved = saved;
    this.#position = reached;
  }

  #onPoll(): void {
    if (Date.now() - this.#renewed >= RENEW_AFTER_MS) {
      this.#renewed = Date.now();
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
      this.#problems.caught('AXL_JOURNAL_WRITE', `the lease of '${this.#target}' in ${this.#options.runDir}`, error);
    }
  }
}
