import { statusOfThrown } from '../../support/abort.js';
import type { Ending } from '../../track/types.js';

/** How a call, or the generator or stream that it returned, ended. */
export interface Outcome {
  readonly failed: boolean;
  /** What it returned or resolved to; of a generator its return value, or else what it yielded last. */
  readonly value?: unknown;
  /** The very object that it threw or rejected with. */
  readonly error?: unknown;
  /** The generator or stream was left before its end, by its reader or because nobody holds it any more. */
  readonly cancelled?: boolean;
  /** `value` is a thenable that was left alone: when and how it settles is not known. */
  readonly unseen?: boolean;
}

/** Returns the status, and the error if it failed: `cancelled` for an abort and for what was left before its end. */
export function endingOf({ failed, cancelled, error }: Outcome): Ending {
  if (failed) return { status: statusOfThrown(error), error };
  return { status: cancelled ? 'cancelled' : 'finished' };
}

/** Whether it came to its end with a value that can be read. */
export function hasReturned({ failed, cancelled, unseen }: Outcome): boolean {
  return !failed && !cancelled && !unseen;
}
