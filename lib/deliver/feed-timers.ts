import { randomInt } from 'node:crypto';

/** Events that are written within this time of the first one are handed over together. */
const GATHER_MS = 100;
const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 30_000;
/** Other processes' segments, and a lease that was taken, are looked at this often. */
const POLL_MS = 1_000;

/** When a feed works: shortly after new events, later after a failure, and now and then. No timer keeps the process alive. */
export class FeedTimers {
  readonly #start: () => void;
  readonly #poll: () => void;
  #gathering: NodeJS.Timeout | null = null;
  #retry: NodeJS.Timeout | null = null;
  #polling: NodeJS.Timeout | null = null;
  #failures = 0;

  /** @param on `start` runs when there is work to do, `poll` every second once {@link startPolling} was called */
  constructor(on: { readonly start: () => void; readonly poll: () => void }) {
    this.#start = on.start;
    this.#poll = on.poll;
  }

  /** Whether a retry is due later. */
  get isRetrying(): boolean {
    return this.#retry !== null;
  }

  /** Starts in a moment, so that what belongs together is handed over together, such as a trial's end and its decision. */
  startSoon(): void {
    if (this.#retry || this.#gathering) return;
    this.#gathering = setTimeout(() => {
      this.#gathering = null;
      this.#start();
    }, GATHER_MS);
    this.#gathering.unref();
  }

  /**
   * Starts again after a failure: after 100 ms at first and at most 30 s, with exponential back-off and full jitter
   * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
   */
  retryLater(): void {
    const limit = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(this.#failures, 16));
    this.#failures += 1;
    this.#retry = setTimeout(() => this.#start(), randomInt(1, limit + 1));
    this.#retry.unref();
  }

  /** The work has begun: no retry is needed. */
  started(): void {
    if (this.#retry) clearTimeout(this.#retry);
    this.#retry = null;
  }

  /** The work went well: the next failure is the first again. */
  succeeded(): void {
    this.#failures = 0;
  }

  startPolling(): void {
    if (this.#polling) return;
    this.#polling = setInterval(() => this.#poll(), POLL_MS);
    this.#polling.unref();
  }

  stop(): void {
    if (this.#polling) clearInterval(this.#polling);
    if (this.#retry) clearTimeout(this.#retry);
    if (this.#gathering) clearTimeout(this.#gathering);
  }
}
