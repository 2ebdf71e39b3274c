import { statusOfThrown } from '../../support/abort.js';
import type { Ending } from '../../track/types.js';

/** How a call ended, or the generator or stream that it returned. */
export interface Outcome {
  readonly failed: boolean;
  /**
   * The value that the call returned or resolved to. For a generator: its return value, or the last value that it yielded
   * if it returned `undefined`.
   */
  readonly value?: unknown;
  /** The very object that the call threw or rejected with. */
  readonly error?: unknown;
  /** True if the generator or stream was cancelled, abandoned or garbage-collected before its end. */
  readonly cancelled?: boolean;
  /** True if `value` is a thenable that was ignored, so that when and how it settles is unknown. */
  readonly unobserved?: boolean;
}

/** Returns the status of an outcome (`cancelled` for an abort or an abandoned generator), and its error if it failed. */
export function endingOf({ failed, cancelled, error }: Outcome): Ending {
  if (failed) return { status: statusOfThrown(error), error };
  return { status: cancelled ? 'cancelled' : 'finished' };
}

/** Returns whether the call ended with a value that can be read. */
export function hasReturned({ failed, cancelled, unobserved }: Outcome): boolean {
  return !failed && !cancelled && !unobserved;
}
