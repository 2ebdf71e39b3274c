import { AutologError } from '../../contract/errors.js';
import { shared } from '../../support/shared-state.js';
import { tracker } from '../../track/tracker.js';

/**
 * Runs bookkeeping on the path of a user's call. Never throws: an error becomes one warning (with the error's own code, or
 * `AXL_INTERNAL` with the stack), and the tracked method behaves as if it were not tracked.
 *
 * @param doing the subject of the sentence "… failed"
 * @returns the value that `fn` returns, or `undefined` if it throws
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
    tracker.warn(code, `${doing} failed: ${reason}. The tracked method is not affected.`, { error, stack });
  } catch {
    // Even if the warning itself fails, the user's call must not.
  }
}

const reported = shared('reported internals', () => new Set<string>());

/** Warns, once per `what`, that something which exact trials are derived from cannot be observed (`AXL_AX_INTERNALS`). */
export function warnInternals(what: string): void {
  if (reported.has(what)) return;
  reported.add(what);
  tracker.warn(
    'AXL_AX_INTERNALS',
    `cannot observe ${what}. Trials are inferred from forward and metric calls instead; their "derived" lists what is inferred.`,
    { what },
  );
}

/** Clears the reported warnings, so that they are reported again after tracking was disabled. */
export function resetWarnings(): void {
  reported.clear();
}
