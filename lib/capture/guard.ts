import { AutologError } from '../contract/errors.js';
import { shared } from '../support/shared-state.js';
import { tracker } from '../track/tracker.js';

/**
 * Runs a piece of our own bookkeeping on a user's path. If it throws, that becomes one warning (the error's own code, or
 * `AXL_INTERNAL` with the stack), and the tracked method behaves as if tracking were not there. Never throws.
 *
 * @param doing what is being done, as it completes the sentence "… failed"
 * @returns what `fn` returns; `undefined` if it throws
 */
export function guard<T>(doing: string, fn: () => T): T | undefined {
  try {
    return fn();
  } catch (error) {
    warnFailed(doing, error);
    return undefined;
  }
}

function warnFailed(doing: string, error: unknown): void {
  try {
    const code = error instanceof AutologError ? error.code : 'AXL_INTERNAL';
    const reason = error instanceof Error ? error.message : String(error);
    const stack = error instanceof Error ? error.stack : null;
    tracker.warn(code, `${doing} failed (${reason}); the method it belongs to is not affected`, { error, stack });
  } catch {
    // A tracker that cannot even warn must not reach the user either.
  }
}

const reported = shared('reported internals', () => new Set<string>());

/** Reports once per `what` that something is missing which exact trials are derived from. */
export function warnInternals(what: string): void {
  if (reported.has(what)) return;
  reported.add(what);
  tracker.warn(
    'AXL_AX_INTERNALS',
    `there is no ${what}: trials are worked out from forward and metric calls instead, and say so in "derived"`,
    { what },
  );
}

/** Forgets what was reported, so that it is reported again after tracking was disabled. */
export function resetWarnings(): void {
  reported.clear();
}
