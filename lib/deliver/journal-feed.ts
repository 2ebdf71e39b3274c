import { randomInt } from 'node:crypto';
import { AutologError } from '../contract/errors.js';
import type { Sink } from '../contract/sink.js';
import { type Batch, readBatch, sizesOf } from '../journal/batch.js';
import { EventDecoder } from '../journal/decode.js';
import { listSegments, stateFiles } from '../journal/layout.js';
import { covers, loadPosition, type Position, savePosition } from '../journal/position.js';
import { type OnProblem, Problems } from '../journal/problems.js';
import { HeldBatches } from './held-batches.js';
import { callHook } from './hooks.js';
import { Lease, RENEW_AFTER_MS } from './lease.js';

/** What a {@link JournalFeed} feeds, and from where. */
export interface JournalFeedOptions {
  /** Folder of the run. */
  readonly runDir: string;
  readonly runId: string;
  /** Its `target` (its name, if it has none) tells apart whose position is kept. */
  readonly sink: Sink;
  /** Events read and handed over at once. Default 500. */
  readonly batchSize?: number;
  /** Told once of each kind of problem: a sink that rejects, a line that cannot be used. */
  readonly onProblem?: OnProblem;
}

/** What is written within this time of the first news is handed over together. */
const GATHER_MS = 100;
const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 30_000;
/** Other processes' segments, and a lease that was taken, are looked at this often. */
const POLL_MS = 1_000;

/** The sink's doing, not ours. */
class Rejection extends Error {}

interface Waiter {
  readonly target: Position;
  readonly resolve: () => void;
}

/**
 * Feeds one run's journal into one sink: whole lines of all its segments, in order, in batches (`onBatch`) or hook by hook,
 * each awaited. The position is saved when a batch resolves, so a later feed, in this process or another, carries on there.
 *
 * Nothing is lost or skipped: a batch that rejects comes again, after 100 ms at first and at most 30 s (exponential, full
 * jitter: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/). Between a sink's answer and the saved
 * position lies a moment in which a process may die; the sink then gets that batch once more. A sink may hold batches back
 * (`BatchContext.hold`): then it gets them once more, too.
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
  readonly #held = new HeldBatches();
  #waiters: Waiter[] = [];
  /** How far it was handed over, and how far that is saved. */
  #position: Position | null = null;
  #saved: Position | null = null;
  #work: Promise<void> | null = null;
  #again = false;
  #failures = 0;
  #steps = 0;
  #retry: NodeJS.Timeout | null = null;
  #gathering: NodeJS.Timeout | null = null;
  #poll: NodeJS.Timeout | null = null;
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

  /** Grows while the feed gets on: bytes of the journal that were delivered, and what the sink says of the batch it is at. */
  get progress(): number {
    return Object.values(this.#position ?? {}).reduce((sum, offset) => sum + offset, this.#steps);
  }

  /** Says that new events were written. Returns at once. */
  poke(): void {
    if (this.#stopped) return;
    this.#startPolling();
    if (this.#work) this.#again = true;
    else if (!this.#retry && !this.#gathering) this.#gather();
  }

  /** Waits a moment for what belongs together, such as a trial's end and the decision on its candidate. */
  #gather(): void {
    this.#gathering = setTimeout(() => {
      this.#gathering = null;
      this.#start();
    }, GATHER_MS);
    this.#gathering.unref();
  }

  /** Resolves when everything on disk now was delivered and its position saved, or when the feed was stopped. */
  drain(): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    this.#startPolling();
    return new Promise((resolve) => {
      this.#waiters.push({ target: this.#sizes(), resolve });
      this.#again = true;
      this.#start();
    });
  }

  /** Ends the feed after the batch it is at, and gives the lease back. What is left stays in the journal. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#poll) clearInterval(this.#poll);
    if (this.#retry) clearTimeout(this.#retry);
    if (this.#gathering) clearTimeout(this.#gathering);
    await this.#work;
    this.#quietly(() => this.#lease.release());
    this.#settle(() => true);
  }

  #start(): void {
    if (this.#stopped || this.#work) return;
    if (this.#retry) clearTimeout(this.#retry);
    this.#retry = null;
    this.#work = this.#run().then(() => {
      this.#work = null;
      if (this.#again && !this.#retry) this.#start();
    });
  }

  /** Delivers until nothing is left or something fails. Never rejects. */
  async #run(): Promise<void> {
    try {
      while (!this.#stopped) {
        this.#again = false;
        if (!this.#lead()) return;
        const waiting = new Set(this.#waiters);
        const batch = this.#read();
        await this.#deliver(batch);
        this.#failures = 0;
        // Who began to wait after the read may wait for more than it saw.
        const isEmpty = batch.events.length === 0;
        this.#settle((waiter) => (isEmpty ? waiting.has(waiter) : covers(this.#position ?? {}, waiter.target)));
        if (isEmpty && !this.#again) return;
      }
    } catch (error) {
      this.#explain(error);
      this.#retryLater();
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
      this.#problems.caught(
        'AXL_JOURNAL_WRITE',
        `the journal in ${runDir} cannot be read, or its position not saved`,
        error,
      );
    }
  }

  /** True when this feed has the lease. While another has it, that one's progress counts. */
  #lead(): boolean {
    if (listSegments(this.#options.runDir).length === 0) {
      this.#settle(() => true);
      return false;
    }
    const lease = this.#lease.acquire();
    if (lease !== 'kept' || this.#position === null) {
      this.#position = loadPosition(this.#positionFile);
      this.#saved = this.#position;
      this.#held.reset();
    }
    if (lease !== 'busy') return true;
    const position = this.#position;
    this.#position = null;
    this.#settle((waiter) => covers(position, waiter.target));
    return false;
  }

  #read(): Batch {
    const { runDir, batchSize = 500 } = this.#options;
    return readBatch(runDir, this.#position ?? {}, batchSize, this.#decoder, (code, message) =>
      this.#problems.once(code, message),
    );
  }

  /** Hands a batch over and saves how far that went, also when it went only part of the way. */
  async #deliver(batch: Batch): Promise<void> {
    const { sink } = this.#options;
    if (sink.onBatch) {
      if (batch.events.length > 0) await this.#handBatch(batch.events);
      return this.#commit(batch.end, this.#held.savable(batch.end));
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
    const { sink, runDir, runId } = this.#options;
    const batch = this.#held.begin(this.#position ?? {});
    const hold = (from: number): void => this.#held.hold(from);
    const progress = (): void => {
      this.#steps += 1;
    };
    await this.#hand(() => sink.onBatch?.(events, { runDir, runId, batch, hold, progress }));
    this.#held.settle();
  }

  async #hand(action: () => unknown): Promise<void> {
    try {
      await action();
    } catch (error) {
      throw new Rejection('rejected', { cause: error });
    }
  }

  async #commit(reached: Position, saved = reached): Promise<void> {
    if (saved !== this.#saved) await savePosition(this.#positionFile, this.#target, saved);
    this.#saved = saved;
    this.#position = reached;
  }

  #retryLater(): void {
    const limit = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(this.#failures, 16));
    this.#failures += 1;
    if (this.#stopped) return;
    this.#retry = setTimeout(() => this.#start(), randomInt(1, limit + 1));
    this.#retry.unref();
  }

  #startPolling(): void {
    if (this.#poll) return;
    this.#poll = setInterval(() => {
      if (Date.now() - this.#renewed >= RENEW_AFTER_MS) {
        this.#renewed = Date.now();
        this.#quietly(() => this.#lease.renew());
      }
      if (this.#hasNews()) this.poke();
    }, POLL_MS);
    this.#poll.unref();
  }

  #hasNews(): boolean {
    if (this.#waiters.length > 0 || this.#position === null) return true;
    const position = this.#position;
    return Object.entries(this.#sizes()).some(([name, size]) => size > (position[name] ?? 0));
  }

  #sizes(): Position {
    try {
      return sizesOf(this.#options.runDir);
    } catch {
      return {};
    }
  }

  #settle(reached: (waiter: Waiter) => boolean): void {
    const done = this.#waiters.filter(reached);
    if (done.length === 0) return;
    this.#waiters = this.#waiters.filter((waiter) => !done.includes(waiter));
    for (const waiter of done) waiter.resolve();
  }

  #quietly(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#problems.caught('AXL_JOURNAL_WRITE', `the lease of '${this.#target}' in ${this.#options.runDir}`, error);
    }
  }
}
