import { randomInt } from 'node:crypto';

/** Events written within this time of the first one are delivered together. */
const GATHER_MS = 100;
const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 30_000;
/** How often a feed checks for segments of other processes, and for a lease it could not acquire. */
const POLL_MS = 1_000;

/** Starts a feed soon after new events, later after a failure, and at intervals. No timer keeps the process alive. */
export class FeedTimers {
  readonly #start: () => void;
  readonly #poll: () => void;
  #gathering: NodeJS.Timeout | null = null;
  #retry: NodeJS.Timeout | null = null;
  #polling: NodeJS.Timeout | null = null;
  #failures = 0;

  /** @param on `start` runs when there is work, `poll` every second after {@link startPolling} */
  constructor(on: { readonly start: () => void; readonly poll: () => void }) {
    this.#start = on.start;
    this.#poll = on.poll;
  }

  /** Whether a retry is scheduled. */
  get isRetrying(): boolean {
    return this.#retry !== null;
  }

  /** Starts after 100 ms, so that related events, such as a trial's end and the decision about it, share a batch. */
  startSoon(): void {
    if (this.#retry || this.#gathering) return;
    this.#gathering = setTimeout(() => {
      this.#gathering = null;
      this.#start();
    }, GATHER_MS);
    this.#gathering.unref();
  }

  /**
   * Starts again after a failure: within 100 ms at first and within 30 s at most, with exponential back-off and full
   * jitter (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
   */
  retryLater(): void {
    const limit = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(this.#failures, 16));
    this.#failures += 1;
    this.#retry = setTimeout(() => this.#start(), randomInt(1, limit + 1));
    this.#retry.unref();
  }

  /** Cancels the scheduled retry. Called when work begins. */
  cancelRetry(): void {
    if (this.#retry) clearTimeout(this.#retry);
    this.#retry = null;
  }

  /** Resets the back-off. Called after work that succeeded. */
  resetBackoff(): void {
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
