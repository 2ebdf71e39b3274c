import { deadline, TIMED_OUT } from '../support/async.js';

/** Time limit of a live sink's hook, in milliseconds. */
export const HOOK_TIMEOUT_MS = 2_000;
/** Number of consecutive time-outs that open a sink's breaker. */
export const BREAKER_TIMEOUTS = 3;

/** Reports a problem of a sink to every other sink. */
export type SinkWarning = (sink: string, code: string, message: string, count?: number) => void;

/** Limits the time of a sink's hooks. It opens after three consecutive time-outs and stays open until it is reset. */
export class Breaker {
  readonly #sink: string;
  readonly #warn: SinkWarning;
  #timeouts = 0;
  #isOpen = false;

  /** @param sink name of the sink */
  constructor(sink: string, warn: SinkWarning) {
    this.#sink = sink;
    this.#warn = warn;
  }

  /** Whether the sink receives no events. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /**
   * Waits for a hook's result, for at most 2 s. Rejects with the hook's error.
   *
   * @param hook name of the hook in the warning about a time-out
   */
  async awaitHook(result: Promise<unknown>, hook: string): Promise<void> {
    if ((await deadline(result, HOOK_TIMEOUT_MS)) === TIMED_OUT) this.#countTimeout(hook);
    else this.#timeouts = 0;
  }

  /** Closes the breaker, so the sink receives events again. */
  reset(): void {
    this.#isOpen = false;
    this.#timeouts = 0;
  }

  #countTimeout(hook: string): void {
    const sink = this.#sink;
    this.#timeouts += 1;
    const message = `${hook} of sink '${sink}' took over ${HOOK_TIMEOUT_MS} ms and is no longer awaited.`;
    this.#warn(sink, 'AXL_SINK_TIMEOUT', message);
    if (this.#timeouts < BREAKER_TIMEOUTS) return;
    this.#isOpen = true;
    this.#warn(
      sink,
      'AXL_SINK_BREAKER_OPEN',
      `sink '${sink}' timed out ${this.#timeouts} times in a row. It receives no events until the next flush().`,
    );
  }
}
