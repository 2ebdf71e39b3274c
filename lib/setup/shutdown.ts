import { closeSinks, flushSinks, pumpSinksNow } from '../deliver/registry.js';
import { flushAllJournals } from '../journal/writer.js';
import { pendingWorkDone } from '../support/pending-work.js';
import { shared } from '../support/shared-state.js';
import { warn } from '../support/warnings.js';
import { onRunsOpen, openRuns } from '../track/run.js';
import { endPredictions } from '../track/traces/record.js';

const state = shared<{ closing?: Promise<void> | undefined; hooked?: boolean }>('shutdown', () => ({}));

/**
 * Writes out the journal and waits until every sink has what was emitted so far. Gives up on a sink that makes no
 * progress for 5 s and says so by `onWarning` (`AXL_SINK_STALLED`). Never rejects.
 */
export async function flush(): Promise<void> {
  try {
    await pendingWorkDone();
    flushAllJournals();
    await flushSinks();
    flushAllJournals();
  } catch (error) {
    warn('AXL_INTERNAL', `flush: ${error instanceof Error ? error.message : 'unknown error'}`);
  }
}

/**
 * Flushes, then closes and forgets every sink. Runs that are still open are recorded as cancelled. Called again while it
 * runs, it gives the same promise. It happens by itself when a process ends normally.
 */
export function shutdown(): Promise<void> {
  state.closing ??= closeAll().finally(() => {
    state.closing = undefined;
  });
  return state.closing;
}

async function closeAll(): Promise<void> {
  await pendingWorkDone();
  abandonRuns();
  flushAllJournals();
  try {
    await closeSinks();
  } catch (error) {
    warn('AXL_INTERNAL', `shutdown: ${error instanceof Error ? error.message : 'unknown error'}`);
  }
  flushAllJournals();
}

function abandonRuns(): void {
  for (const run of [...openRuns]) run.abandon();
  endPredictions();
}

/** What must not wait for a next turn of the event loop. */
function finishNow(): void {
  abandonRuns();
  flushAllJournals();
  pumpSinksNow();
}

/** Makes a normal end of the process flush first. The listeners keep nothing alive. */
function hookProcessExit(): void {
  if (state.hooked) return;
  state.hooked = true;
  process.once('beforeExit', () => void shutdown());
  process.on('exit', finishNow);
  onRunsOpen(watchSignals, ignoreSignals);
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** While a run is open, a signal that ends the process first has the run recorded as cancelled. */
function watchSignals(): void {
  for (const signal of SIGNALS) process.on(signal, endBySignal);
}

function ignoreSignals(): void {
  for (const signal of SIGNALS) process.removeListener(signal, endBySignal);
}

/** Where only we listen, the signal does what it does without us; where the app listens too, what happens is up to it. */
function endBySignal(signal: NodeJS.Signals): void {
  const others = process.listenerCount(signal) > 1;
  if (others) {
    flushAllJournals();
    return;
  }
  finishNow();
  ignoreSignals();
  process.kill(process.pid, signal);
}

hookProcessExit();
