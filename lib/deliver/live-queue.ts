import type { AnyEvent } from '../contract/events.js';
import type { Sink, SinkContext } from '../contract/sink.js';
import { deadline, promiseOf, runDetached, TIMED_OUT } from '../support/async.js';
import { thrownText } from '../support/snapshot/leaves.js';
import { Breaker, HOOK_TIMEOUT_MS, type SinkWarning } from './breaker.js';
import { DroppedEvents } from './dropped-events.js';
import { folderOf } from './feeds.js';
import { deliver, listensTo, sameRun } from './hooks.js';

/** `flush()` gives up on a sink that delivers nothing for this long, in milliseconds. */
export const FLUSH_STALL_MS = 5_000;
/** Events that may wait for one sink; past that they are dropped and counted. */
export const QUEUE_LIMIT = 10_000;
/** With this many waiting, code that never lets the event loop turn has its synchronous hooks called in between. */
const PUMP_AT = 1_000;
/** How long synchronous hooks may keep the event loop before others get a turn, in milliseconds. */
const TURN_MS = 5;

/**
 * The first-in-first-out queue of one live sink. The optimizer only ever pushes; hooks run on later turns of the event
 * loop, one at a time, each with a time limit.
 */
export class SinkQueue {
  readonly name: string;
  #sink: Sink | null = null;
  #waiting: AnyEvent[] = [];
  #head = 0;
  #scheduled = false;
  #running = false;
  #closed = false;
  #setupFailed = false;
  #closing: Promise<void> | undefined;
  #progressCount = 0;
  /** Resolves when `setup` has run. */
  readonly ready: Promise<void>;
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

  /** Number of events not yet handed over. */
  get backlog(): number {
    return this.#waiting.length - this.#head;
  }

  push(event: AnyEvent): void {
    if (this.#closed) {
      if (this.#setupFailed) this.#dropped.add(1);
      return;
    }
    if (this.#sink !== null && !listensTo(this.#sink, event)) return;
    if (this.#breaker.isOpen || this.backlog >= QUEUE_LIMIT) {
      this.#dropped.addOne(this.#breaker.isOpen ? 'AXL_SINK_BREAKER_OPEN' : 'AXL_QUEUE_FULL');
      return;
    }
    this.#waiting.push(event);
    if (this.backlog >= PUMP_AT) this.pumpNow();
    this.#schedule();
  }

  /** Resolves when everything waiting has been handed over and the sink has flushed, or it made no progress for 5 s. */
  async flush(): Promise<void> {
    if (this.#closed) return this.#dropped.report();
    const stalled = await this.#untilIdle();
    if (!stalled && !this.#breaker.isOpen) await this.#guarded('flush', FLUSH_STALL_MS, () => this.#sink?.flush?.());
    this.#breaker.reset();
    this.#dropped.report();
  }

  /** Flushes, then lets the sink go. Once. */
  close(): Promise<void> {
    this.#closing ??= this.#flushAndClose();
    return this.#closing;
  }

  /**
   * Hands over what waits at once, as far as the sink's hooks are synchronous: for code that never lets the event loop
   * turn, and for the last moment of a process.
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

  /** Drops those that wait and match, uncounted: the sink receives them from the journal. */
  dropQueued(matches: (event: AnyEvent) => boolean): void {
    this.#waiting = this.#waiting.slice(this.#head).filter((event) => !matches(event));
    this.#head = 0;
  }

  #mayDeliver(): boolean {
    return this.backlog > 0 && !this.#closed && !this.#breaker.isOpen;
  }

  async #flushAndClose(): Promise<void> {
    await this.flush();
    this.#closed = true;
    await this.#guarded('close', HOOK_TIMEOUT_MS, () => this.#sink?.close?.());
  }

  /** A sink that is here and sets up synchronously is ready at once: it receives events even if the process exits now. */
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
    const message = `sink '${this.name}' failed in setup and gets no events: ${thrownText(error)}`;
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

  /** Calls the hook for the next event or batch. Returns what there is to wait for. Never throws. */
  #callNext(sink: Sink): Promise<unknown> | null {
    const batch = this.#takeNext();
    try {
      return runDetached(() => promiseOf(deliver(sink, batch, folderOf(batch[0]?.runId ?? ''))));
    } catch (error) {
      this.#failed(batch, error);
      return null;
    } finally {
      this.#progressCount += batch.length;
    }
  }

  #takeNext(): readonly AnyEvent[] {
    const events = this.#takesBatches
      ? this.#waiting.slice(this.#head, this.#head + 500)
      : [this.#waiting[this.#head] as AnyEvent];
    const batch = this.#takesBatches ? sameRun(events) : events;
    this.#head += batch.length;
    if (this.#head > 1024 && this.#head * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#head);
      this.#head = 0;
    }
    return batch;
  }

  async #awaitHook(result: Promise<unknown>): Promise<void> {
    try {
      await this.#breaker.awaitHook(result, 'a hook');
    } catch (error) {
      this.#failed([], error);
    }
    this.#progressCount += 1;
  }

  #failed(batch: readonly AnyEvent[], error: unknown): void {
    const hook = batch.length === 1 ? batch[0]?.type : 'a hook';
    this.#warn(this.name, 'AXL_SINK_FAILED', `sink '${this.name}' threw in ${hook}: ${thrownText(error)}`);
  }

  /** Waits until nothing waits any more; true when the sink stalled. */
  async #untilIdle(): Promise<boolean> {
    let seen = -1;
    let since = performance.now();
    while (!this.#isReady || this.#running || this.#scheduled || (this.#sink && this.#mayDeliver())) {
      if (this.#progressCount !== seen) {
        seen = this.#progressCount;
        since = performance.now();
      } else if (performance.now() - since > FLUSH_STALL_MS) {
        this.#warn(this.name, 'AXL_SINK_STALLED', `flush() gave up on sink '${this.name}': no progress for 5 s`);
        return true;
      }
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    return false;
  }

  async #guarded(what: string, limit: number, fn: () => unknown): Promise<void> {
    try {
      const outcome = await deadline(runDetached(fn), limit);
      if (outcome === TIMED_OUT) {
        this.#warn(this.name, 'AXL_SINK_STALLED', `sink '${this.name}': ${what} took over ${limit} ms`);
      }
    } catch (error) {
      this.#warn(this.name, 'AXL_SINK_FAILED', `sink '${this.name}' threw in ${what}: ${thrownText(error)}`);
    }
  }
}
