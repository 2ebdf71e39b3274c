import { tracker } from '../track/tracker.js';

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
