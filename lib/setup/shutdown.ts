import { closeSinks, flushSinks, pumpSinksNow } from '../deliver/registry.js';
import { flushAllJournals } from '../journal/writer.js';
import { pendingWorkDone } from '../support/pending-work.js';
import { shared } from '../support/shared-state.js';
import { thrownText } from '../support/snapshot/leaves.js';
import { warn } from '../support/warnings.js';
import { onRunsOpen, openRuns } from '../track/run.js';
import { endPredictions } from '../track/traces/record.js';

const state = shared<{ closing?: Promise<void> | undefined; hooked?: boolean }>('shutdown', () => ({}));

/**
 * Writes the journal and waits until every sink has received all events so far. Gives up on a sink that makes no progress
 * for 5 s and reports it by `onWarning` (`AXL_SINK_STALLED`). Never rejects.
 */
export async function flush(): Promise<void> {
  try {
    await pendingWorkDone();
    flushAllJournals();
    await flushSinks();
    flushAllJournals();
  } catch (error) {
    warn('AXL_INTERNAL', `flush() failed: ${thrownText(error)}`);
  }
}

/**
 * Ends tracking: records open runs as cancelled, flushes, and closes and unregisters every sink. Calls that overlap return
 * the same promise. Runs by itself when a process ends normally. Never rejects.
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
    warn('AXL_INTERNAL', `shutdown() failed: ${thrownText(error)}`);
  }
  flushAllJournals();
}

function abandonRuns(): void {
  for (const run of [...openRuns]) run.abandon();
  endPredictions();
}

/** Everything here is synchronous: the event loop does not turn again before the process exits. */
function finishNow(): void {
  abandonRuns();
  flushAllJournals();
  pumpSinksNow();
}

/** The listeners do not keep the process alive. */
function hookProcessExit(): void {
  if (state.hooked) return;
  state.hooked = true;
  process.once('beforeExit', () => void shutdown());
  process.on('exit', finishNow);
  onRunsOpen(watchSignals, ignoreSignals);
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** While a run is open, a signal that ends the process first records the run as cancelled. */
function watchSignals(): void {
  for (const signal of SIGNALS) process.on(signal, endBySignal);
}

function ignoreSignals(): void {
  for (const signal of SIGNALS) process.removeListener(signal, endBySignal);
}

/** If the app listens to the signal, it decides what happens. Otherwise the signal ends the process as it would without us. */
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
