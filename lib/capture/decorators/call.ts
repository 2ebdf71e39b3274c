import { statusOf as statusOfError } from '../../support/abort.js';
import { report } from '../guard.js';

/** How a tracked call ended. `seen` is false where the value cannot be looked into: a foreign thenable. */
export interface Outcome {
  readonly failed: boolean;
  readonly seen: boolean;
  readonly cancelled?: boolean;
  readonly value?: unknown;
  readonly error?: unknown;
}

/** A tracked call that is going on. */
export interface OpenCall {
  /** Set where the method gets other arguments than the caller's: `watchMetric`. */
  readonly args?: readonly unknown[];
  within<T>(fn: () => T): T;
  /** Ends it. Called again, it does nothing. */
  end(outcome: Outcome): void;
}

/** Runs `fn` inside the call's frame, exactly once, even where the frame itself fails. Returns or throws as `fn` does. */
export function runInside(call: OpenCall, fn: () => unknown): unknown {
  let ran = false;
  let threw = false;
  let result: unknown;
  const body = (): void => {
    ran = true;
    try {
      result = fn();
    } catch (error) {
      threw = true;
      result = error;
    }
  };
  try {
    call.within(body);
  } catch (error) {
    report('entering a tracked call', error);
  }
  if (!ran) body();
  if (threw) throw result;
  return result;
}

/** Ends a call, guarded. */
export function finish(call: OpenCall, outcome: Outcome): void {
  try {
    call.end(outcome);
  } catch (error) {
    report('ending a tracked call', error);
  }
}

/** `finished`, `failed`, or `cancelled` for what was given up: an abandoned generator, an abort. */
export function statusOf(outcome: Outcome): 'finished' | 'failed' | 'cancelled' {
  if (outcome.failed) return statusOfError(outcome.error);
  return outcome.cancelled ? 'cancelled' : 'finished';
}
