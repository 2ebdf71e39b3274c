import type { AnyEvent } from '../contract/events.js';
import type { Sink, SinkContext } from '../contract/sink.js';
import { deadline, promiseOf, runDetached, TIMED_OUT } from '../support/async.js';
import { thrownText } from '../support/snapshot/leaves.js';
import { Breaker, HOOK_TIMEOUT_MS, type SinkWarning } from './breaker.js';
import { DroppedEvents } from './dropped-events.js';
import { EventQueue } from './event-queue.js';
import { folderOf } from './feeds.js';
import { deliver, hasHookFor } from './hooks.js';

/** How long `flush()` waits for a sink that makes no progress, in milliseconds. */
const FLUSH_STALL_MS = 5_000;
/** Maximum number of events queued for one sink. Further events are dropped and counted. */
export const QUEUE_LIMIT = 10_000;
/** With this many events queued, synchronous hooks are called at once: the caller may block the event loop for long. */
const PUMP_AT = 1_000;
/** How long synchronous hooks may block the event loop before other work gets a turn, in milliseconds. */
const TURN_MS = 5;

/**
 * The first-in, first-out queue of one live sink. The optimizer's calls only push events. Hooks run on later turns of
 * the event loop, one at a time, with a limit of 2 s each.
 */
export class SinkQueue {
  /** Name of the sink. */
  readonly name: string;
  /** Resolves when `setup` has run or failed. */
  readonly ready: Promise<void>;
  #sink: Sink | null = null;
  readonly #queue = new EventQueue();
  #scheduled = false;
  #running = false;
  #closed = false;
  #setupFailed = false;
  #closing: Promise<void> | undefined;
  #progressCount = 0;
  #isReady = false;
  #takesBatches = false;
  readonly #context: SinkContext;
  readonly #warn: SinkWarning;
  readonly #breaker: Breaker;
  readonly #dropped: DroppedEvents;

  constructor(name: string, source: Sink | Promise<Sink>, context: SinkContext, warn: SinkWarning) {
    this.#context = context;
    this.#warn = warn;
    this.#breaker = new Breaker(name, warn);
    this.#dropped = new DroppedEvents(name, warn);
    this.name = name;
    this.ready = this.#start(source);
  }

  /** Number of queued events. */
  get backlog(): number {
    return this.#queue.length;
  }

  /** Queues an event if the sink has a hook for it. Drops and counts it if the queue is full or the breaker is open. */
  push(event: AnyEvent): void {
    if (this.#closed) {
      if (this.#setupFailed) this.#dropped.add(1);
      return;
    }
    if (this.#sink !== null && !hasHookFor(this.#sink, event)) return;
    if (this.#breaker.isOpen || this.backlog >= QUEUE_LIMIT) {
      this.#dropped.addOne(this.#breaker.isOpen ? 'AXL_SINK_BREAKER_OPEN' : 'AXL_QUEUE_FULL');
      return;
    }
    this.#queue.push(event);
    if (this.backlog >= PUMP_AT) this.pumpNow();
    this.#schedule();
  }

  /**
   * Delivers all queued events, then flushes the sink. Stops waiting if the sink makes no progress for 5 s and reports
   * `AXL_SINK_STALLED`. Also reports the number of dropped events and closes the breaker.
   */
  async flush(): Promise<void> {
    if (this.#closed) return this.#dropped.report();
    const stalled = await this.#untilIdle();
    if (!stalled && !this.#breaker.isOpen) await this.#guard('flush', FLUSH_STALL_MS, () => this.#sink?.flush?.());
    this.#breaker.reset();
    this.#dropped.report();
  }

  /** Flushes, then closes the sink. Further calls return the same promise. */
  close(): Promise<void> {
    this.#closing ??= this.#flushAndClose();
    return this.#closing;
  }

  /**
   * Delivers queued events at once, up to the first hook that is async. Used when the caller blocks the event loop for
   * long, and when the process exits.
   */
  pumpNow(): void {
    if (this.#running || !this.#sink) return;
    this.#running = true;
    while (this.#sink && this.#mayDeliver()) {
      const result = this.#callNext(this.#sink);
      if (result) {
        void this.#awaitHook(result).then(() => {
          this.#running = false;
          this.#schedule();
        });
        return;
      }
    }
    this.#running = false;
  }

  /** Drops the queued events that match, without counting them. */
  dropQueued(matches: (event: AnyEvent) => boolean): void {
    this.#queue.drop(matches);
  }

  #mayDeliver(): boolean {
    return this.backlog > 0 && !this.#closed && !this.#breaker.isOpen;
  }

  async #flushAndClose(): Promise<void> {
    await this.flush();
    this.#closed = true;
    await this.#guard('close', HOOK_TIMEOUT_MS, () => this.#sink?.close?.());
  }

  /**
   * A sink that is loaded and has a synchronous `setup` is ready at once, so it receives events even if the process
   * exits now.
   */
  #start(source: Sink | Promise<Sink>): Promise<void> {
    if (source instanceof Promise) return source.then((sink) => this.#setUp(sink)).catch((error) => this.#fail(error));
    try {
      return Promise.resolve(this.#setUp(source)).catch((error) => this.#fail(error));
    } catch (error) {
      this.#fail(error);
      return Promise.resolve();
    }
  }

  #setUp(sink: Sink): void | Promise<void> {
    const done = runDetached(() => promiseOf(sink.setup?.(this.#context)));
    if (done) return this.#breaker.awaitHook(done, 'setup').then(() => this.#becomeReady(sink));
    this.#becomeReady(sink);
  }

  #becomeReady(sink: Sink): void {
    this.#takesBatches = sink.onBatch !== undefined;
    this.#sink = sink;
    this.#isReady = true;
  }

  #fail(error: unknown): void {
    this.#closed = true;
    this.#setupFailed = true;
    this.#isReady = true;
    const message = `setup of sink '${this.name}' failed, so it receives no events: ${thrownText(error)}`;
    this.#warn(this.name, 'AXL_SINK_FAILED', message);
  }

  #schedule(): void {
    if (this.#scheduled || this.#running) return;
    this.#scheduled = true;
    setImmediate(() => void this.#pump());
  }

  async #pump(): Promise<void> {
    await this.ready;
    this.#scheduled = false;
    if (this.#running) return;
    this.#running = true;
    let turnEnds = performance.now() + TURN_MS;
    while (this.#sink && this.#mayDeliver()) {
      const result = this.#callNext(this.#sink);
      if (result) await this.#awaitHook(result);
      if (performance.now() > turnEnds) {
        await new Promise((resolve) => setImmediate(resolve));
        turnEnds = performance.now() + TURN_MS;
      }
    }
    if (!this.#sink || this.#breaker.isOpen) {
      this.#dropped.add(this.backlog);
      this.dropQueued(() => true);
    }
    this.#running = false;
  }

  /** Calls the hook for the next event or batch. Returns its promise, or `null` if it is synchronous. Never throws. */
  #callNext(sink: Sink): Promise<unknown> | null {
    const batch = this.#takesBatches ? this.#queue.takeBatch() : this.#queue.takeOne();
    try {
      return runDetached(() => promiseOf(deliver(sink, batch, folderOf(batch[0]?.runId ?? ''))));
    } catch (error) {
      this.#reportFailure(batch, error);
      return null;
    } finally {
      this.#progressCount += batch.length;
    }
  }

  async #awaitHook(result: Promise<unknown>): Promise<void> {
    try {
      await this.#breaker.awaitHook(result, 'a hook');
    } catch (error) {
      this.#reportFailure([], error);
    }
    this.#progressCount += 1;
  }

  #reportFailure(batch: readonly AnyEvent[], error: unknown): void {
    const hook = batch.length === 1 ? batch[0]?.type : 'a hook';
    this.#warn(this.name, 'AXL_SINK_FAILED', `${hook} of sink '${this.name}' failed: ${thrownText(error)}`);
  }

  /** Waits until no event is queued. Returns whether the sink stalled. */
  async #untilIdle(): Promise<boolean> {
    let lastCount = -1;
    let since = performance.now();
    while (!this.#isReady || this.#running || this.#scheduled || (this.#sink && this.#mayDeliver())) {
      if (this.#progressCount !== lastCount) {
        lastCount = this.#progressCount;
        since = performance.now();
      } else if (performance.now() - since > FLUSH_STALL_MS) {
        this.#warn(
          this.name,
          'AXL_SINK_STALLED',
          `flush() stopped waiting for sink '${this.name}', which made no progress for 5 s.`,
        );
        return true;
      }
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    return false;
  }

  async #guard(hook: string, limit: number, fn: () => unknown): Promise<void> {
    try {
      const outcome = await deadline(runDetached(fn), limit);
      if (outcome === TIMED_OUT) {
        this.#warn(
          this.name,
          'AXL_SINK_STALLED',
          `${hook} of sink '${this.name}' took over ${limit} ms and is no longer awaited.`,
        );
      }
    } catch (error) {
      this.#warn(this.name, 'AXL_SINK_FAILED', `${hook} of sink '${this.name}' failed: ${thrownText(error)}`);
    }
  }
}
