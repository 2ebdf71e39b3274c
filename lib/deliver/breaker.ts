import { deadline, TIMED_OUT } from '../support/async.js';

/** A hook may take this long, in milliseconds. */
export const HOOK_TIMEOUT_MS = 2_000;
/** This many time-outs in a row open a sink's breaker. */
export const BREAKER_TIMEOUTS = 3;

/** Reports a problem of one sink to everyone but that sink. */
export type SinkWarning = (sink: string, code: string, message: string, count?: number) => void;

/** Gives up on hooks that take too long, and on a sink whose hooks do so several times in a row, until it is reset. */
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

  /** Waits for a hook's result, 2 s at most. Rejects as the hook does. */
  async awaitHook(result: Promise<unknown>, what: string): Promise<void> {
    if ((await deadline(result, HOOK_TIMEOUT_MS)) === TIMED_OUT) this.#timedOut(what);
    else this.#timeouts = 0;
  }

  /** Closes the breaker: the sink receives events again. */
  reset(): void {
    this.#isOpen = false;
    this.#timeouts = 0;
  }

  #timedOut(what: string): void {
    const sink = this.#sink;
    this.#timeouts += 1;
    this.#warn(sink, 'AXL_SINK_TIMEOUT', `sink '${sink}': ${what} took over ${HOOK_TIMEOUT_MS} ms`);
    if (this.#timeouts < BREAKER_TIMEOUTS) return;
    this.#isOpen = true;
    this.#warn(
      sink,
      'AXL_SINK_BREAKER_OPEN',
      `sink '${sink}' timed out ${this.#timeouts} times in a row: it gets no events until the next flush()`,
    );
  }
}
