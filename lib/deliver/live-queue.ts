import type { AnyEvent } from '../contract/events.js';
import type { Sink, SinkContext } from '../contract/sink.js';
import { deadline, outside, TIMED_OUT } from '../support/async.js';
import { thrownText } from '../support/snapshot/leaves.js';
import { deliver, isThenable, listensTo, sameRun } from './hooks.js';

/** A hook may take this long, in milliseconds. */
export const HOOK_TIMEOUT_MS = 2_000;
/** `flush()` gives up on a sink that delivers nothing for this long, in milliseconds. */
export const FLUSH_STALL_MS = 5_000;
/** This many time-outs in a row open a sink's breaker. */
export const BREAKER_TIMEOUTS = 3;
/** Events that may wait for one sink; past that they are counted and left out. */
export const QUEUE_LIMIT = 10_000;
/** With this many waiting, code that never lets the event loop turn has its synchronous hooks called in between. */
const PUMP_AT = 1_000;
/** How long synchronous hooks may keep the event loop before others get a turn, in milliseconds. */
const TURN_MS = 5;

/** Reports a problem of one sink to everyone but that sink. */
export type SinkWarning = (sink: string, code: string, message: string, count?: number) => void;

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
  #timeouts = 0;
  #breakerOpen = false;
  #closed = false;
  #setupFailed = false;
  #closing: Promise<void> | undefined;
  #leftOut = 0;
  #progressCount = 0;
  /** Resolves when `setup` has run. */
  readonly ready: Promise<void>;
  #isReady = false;

  readonly #context: SinkContext;
  readonly #warn: SinkWarning;

  constructor(name: string, source: Sink | Promise<Sink>, context: SinkContext, warn: SinkWarning) {
    this.#context = context;
    this.#warn = warn;
    this.name = name;
    this.ready = this.#start(source);
  }

  /** Number of events not yet handed over. */
  get backlog(): number {
    return this.#waiting.length - this.#head;
  }

  push(event: AnyEvent): void {
    if (this.#closed) {
      if (this.#setupFailed) this.#leftOut += 1;
      return;
    }
    if (this.#sink !== null && !listensTo(this.#sink, event)) return;
    if (this.#breakerOpen || this.backlog >= QUEUE_LIMIT) {
      this.#leaveOut(this.#breakerOpen ? 'AXL_SINK_BREAKER_OPEN' : 'AXL_QUEUE_FULL');
      return;
    }
    this.#waiting.push(event);
    if (this.backlog >= PUMP_AT) this.pumpNow();
    this.#schedule();
  }

  /** Resolves when everything waiting has been handed over and the sink has flushed, or it made no progress for 5 s. */
  async flush(): Promise<void> {
    if (this.#closed) return this.#reportLeftOut();
    const stalled = await this.#untilIdle();
    if (this.#sink?.flush && !stalled && !this.#breakerOpen)
      await this.#guarded('flush', FLUSH_STALL_MS, () => this.#sink?.flush?.());
    this.#breakerOpen = false;
    this.#timeouts = 0;
    this.#reportLeftOut();
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
      if (isThenable(result)) {
        void this.#settle(result).then(() => {
          this.#running = false;
          this.#schedule();
        });
        return;
      }
    }
    this.#running = false;
  }

  /** Forgets those that wait and match, uncounted: the sink gets them from the journal. */
  forgetWaiting(matches: (event: AnyEvent) => boolean): void {
    this.#waiting = this.#waiting.slice(this.#head).filter((event) => !matches(event));
    this.#head = 0;
  }

  #mayDeliver(): boolean {
    return this.backlog > 0 && !this.#closed && !this.#breakerOpen;
  }

  async #flushAndClose(): Promise<void> {
    await this.flush();
    this.#closed = true;
    await this.#guarded('close', HOOK_TIMEOUT_MS, () => this.#sink?.close?.());
  }

  /** A sink that is here and sets up synchronously is ready at once, so that even a process that exits now is heard. */
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
    const done = sink.setup === undefined ? undefined : outside(() => sink.setup?.(this.#context));
    if (isThenable(done)) return this.#awaitSetup(sink, done);
    this.#becomeReady(sink);
  }

  async #awaitSetup(sink: Sink, done: PromiseLike<unknown>): Promise<void> {
    if ((await deadline(done, HOOK_TIMEOUT_MS)) === TIMED_OUT) this.#onTimeout('setup');
    this.#becomeReady(sink);
  }

  #becomeReady(sink: Sink): void {
    this.#sink = sink;
    this.#isReady = true;
  }

  #fail(error: unknown): void {
    this.#closed = true;
    this.#setupFailed = true;
    this.#isReady = true;
    this.#warn(
      this.name,
      'AXL_SINK_FAILED',
      `sink '${this.name}' failed in setup and gets no events: ${thrownText(error)}`,
    );
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
      if (isThenable(result)) await this.#settle(result);
      if (performance.now() > turnEnds) {
        await new Promise((resolve) => setImmediate(resolve));
        turnEnds = performance.now() + TURN_MS;
      }
    }
    if (!this.#sink || this.#breakerOpen) this.#dropWaiting();
    this.#running = false;
  }

  #callNext(sink: Sink): unknown {
    const batched = sink.onBatch !== undefined;
    const events = batched
      ? this.#waiting.slice(this.#head, this.#head + 500)
      : [this.#waiting[this.#head] as AnyEvent];
    const batch = batched ? sameRun(events) : events;
    this.#head += batch.length;
    if (this.#head > 1024 && this.#head * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#head);
      this.#head = 0;
    }
    try {
      return outside(() => deliver(sink, batch, null));
    } catch (error) {
      this.#failed(batch, error);
      return undefined;
    } finally {
      this.#progressCount += batch.length;
    }
  }

  async #settle(result: PromiseLike<unknown>): Promise<void> {
    try {
      const outcome = await deadline(result, HOOK_TIMEOUT_MS);
      if (outcome === TIMED_OUT) this.#onTimeout('a hook');
      else this.#timeouts = 0;
    } catch (error) {
      this.#failed([], error);
    }
    this.#progressCount += 1;
  }

  #failed(batch: readonly AnyEvent[], error: unknown): void {
    const hook = batch.length === 1 ? batch[0]?.type : 'a hook';
    this.#warn(this.name, 'AXL_SINK_FAILED', `sink '${this.name}' threw in ${hook}: ${thrownText(error)}`);
  }

  #onTimeout(what: string): void {
    this.#timeouts += 1;
    this.#warn(this.name, 'AXL_SINK_TIMEOUT', `sink '${this.name}': ${what} took over ${HOOK_TIMEOUT_MS} ms`);
    if (this.#timeouts < BREAKER_TIMEOUTS) return;
    this.#breakerOpen = true;
    this.#warn(
      this.name,
      'AXL_SINK_BREAKER_OPEN',
      `sink '${this.name}' timed out ${this.#timeouts} times in a row: it gets no events until the next flush()`,
    );
  }

  #leaveOut(code: string): void {
    this.#leftOut += 1;
    if (this.#leftOut === 1) {
      this.#warn(this.name, code, `sink '${this.name}' does not keep up: events for it are left out and counted`);
    }
  }

  #dropWaiting(): void {
    this.#leftOut += this.backlog;
    this.forgetWaiting(() => true);
  }

  #reportLeftOut(): void {
    if (this.#leftOut === 0) return;
    const count = this.#leftOut;
    this.#leftOut = 0;
    this.#warn(this.name, 'AXL_QUEUE_FULL', `sink '${this.name}' missed ${count} events; the journal has them`, count);
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
      const outcome = await deadline(outside(fn), limit);
      if (outcome === TIMED_OUT) {
        this.#warn(this.name, 'AXL_SINK_STALLED', `sink '${this.name}': ${what} took over ${limit} ms`);
      }
    } catch (error) {
      this.#warn(this.name, 'AXL_SINK_FAILED', `sink '${this.name}' threw in ${what}: ${thrownText(error)}`);
    }
  }
}
