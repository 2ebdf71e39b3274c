import { AutologError } from '../contract/errors.js';
import { tracker } from '../track/tracker.js';

/**
 * Runs a piece of tracking on a user's path. Whatever it throws becomes one warning: a tracked method behaves as if
 * tracking were not there.
 *
 * @param doing what is being done, as it completes the sentence "… failed"
 */
export function guard<T>(doing: string, fn: () => T): T | undefined {
  try {
    return fn();
  } catch (error) {
    report(doing, error);
    return undefined;
  }
}

/** Reports a failure of tracking itself. Never throws. */
export function report(doing: string, error: unknown): void {
  try {
    const code = error instanceof AutologError ? error.code : 'AXL_INTERNAL';
    tracker.warn(code, `${doing} failed (${describe(error)}); the method it belongs to is not affected`, { error });
  } catch {
    // A tracker that cannot even warn must not reach the user either.
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Runs our own bookkeeping: an error in it is reported once per message and never reaches the user's run. */
export function safely(fn: () => void): void {
  try {
    fn();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    tracker.warn('AXL_INTERNAL', `ax instrumentation: ${message}`, {
      stack: error instanceof Error ? error.stack : null,
    });
  }
}

const told = new Set<string>();

/** Says once per `what` that something is missing which exact trials are derived from. */
export function warnInternals(what: string): void {
  if (told.has(what)) return;
  told.add(what);
  tracker.warn(
    'AXL_AX_INTERNALS',
    `there is no ${what}: trials are worked out from forward and metric calls instead, and say so in "derived"`,
    { what },
  );
}

/** Forgets what was told, so that it is told again after tracking was disabled. */
export function resetWarnings(): void {
  told.clear();
}
