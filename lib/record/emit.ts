import { type AnyEvent, type Envelope, EVENT_VERSION, type EventData, type EventType } from '../contract/events.js';
import { fanOut, fanOutWarning } from '../deliver/registry.js';
import { now } from '../support/clock.js';
import { WRITER } from '../support/ids.js';
import { shared } from '../support/shared-state.js';
import { thrownText } from '../support/snapshot/leaves.js';
import { connectWarnings, warn } from '../support/warnings.js';
import { openRun, type RecordOptions, record } from './open-runs.js';

/**
 * Receives each event before the sinks do, in the async context in which it happened, so that another tracing system
 * can find its current span. It runs synchronously inside the optimizer's call: it must be fast and must not throw.
 *
 * @experimental
 */
export type EventWatch = (event: AnyEvent) => void;

const installed = shared<{ watch?: EventWatch | undefined }>('event watch', () => ({}));

/**
 * Sets the function that receives events as they happen. It replaces the one before.
 *
 * @returns a function that removes it, unless another one has replaced it
 * @experimental
 */
export function setEventWatch(watch: EventWatch): () => void {
  installed.watch = watch;
  return () => {
    if (installed.watch === watch) installed.watch = undefined;
  };
}

/**
 * Records an event: snapshots and redacts its data once, writes it to the run's journal and passes it to every sink.
 * All events go through this function. An event of a run that is not open in this process is dropped. Never throws: an
 * internal error is reported as `AXL_INTERNAL`.
 */
export function emit<T extends EventType>(runId: string, type: T, data: EventData[T], options?: RecordOptions): void {
  try {
    const run = openRun(runId);
    if (!run) return;
    const event = record(run, type, data, options);
    try {
      installed.watch?.(event);
    } finally {
      fanOut(event, run.delivery);
    }
  } catch (error) {
    warn('AXL_INTERNAL', `${type} could not be recorded: ${thrownText(error)}`);
  }
}

/** Records a warning. Outside every run it goes to the sinks only. Returns the number of sinks that receive it. */
function emitWarning(warning: EventData['onWarning'], runId: string): number {
  const run = openRun(runId);
  if (run) return fanOutWarning(record(run, 'onWarning', warning), run.delivery);
  return fanOutWarning(warningOutsideRuns(warning), { journaled: false });
}

function warningOutsideRuns(data: EventData['onWarning']): Envelope<'onWarning'> {
  return Object.freeze({
    v: EVENT_VERSION,
    seq: -1,
    time: now(),
    writer: WRITER,
    runId: '',
    type: 'onWarning',
    data: Object.freeze(data),
    derived: Object.freeze([]),
  });
}

connectWarnings(emitWarning);
