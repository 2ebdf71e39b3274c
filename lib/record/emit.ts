import { type AnyEvent, type Envelope, EVENT_VERSION, type EventData, type EventType } from '../contract/events.js';
import { fanOut, fanOutWarning } from '../deliver/registry.js';
import { now } from '../support/clock.js';
import { WRITER } from '../support/ids.js';
import { shared } from '../support/shared-state.js';
import { connectWarnings, warn } from '../support/warnings.js';
import { openRun, type RecordOptions, record } from './open-runs.js';

/**
 * Sees an event before the sinks do, in the asynchronous context that it happened in: another tracing system then knows
 * which of its spans is the current one. It runs on the path of the optimizer: it must be quick and not throw.
 *
 * @experimental
 */
export type EventWatch = (event: AnyEvent) => void;

const watched = shared<{ watch?: EventWatch | undefined }>('event watch', () => ({}));

/**
 * Sets the function that sees events as they happen.
 *
 * @returns a function that removes it, unless another one took its place
 * @experimental
 */
export function setEventWatch(watcher: EventWatch): () => void {
  watched.watch = watcher;
  return () => {
    if (watched.watch === watcher) watched.watch = undefined;
  };
}

/**
 * The one way an event goes out: it is snapshotted and redacted once, written to the run's journal, and handed to every
 * sink. Never throws: a problem of ours is a warning, never the run's. An event of a run that is not open here is dropped.
 */
export function emit<T extends EventType>(runId: string, type: T, data: EventData[T], options?: RecordOptions): void {
  try {
    const run = openRun(runId);
    if (!run) return;
    const event = record(run, type, data, options);
    try {
      watched.watch?.(event);
    } finally {
      fanOut(event, run.delivery);
    }
  } catch (error) {
    warn('AXL_INTERNAL', `${type} could not be recorded: ${error instanceof Error ? error.message : 'unknown error'}`);
  }
}

/** Takes a warning out as {@link emit} does; outside of every run only to the sinks. Returns how many of them listen. */
function emitWarning(warning: EventData['onWarning'], runId: string): number {
  const run = openRun(runId);
  if (run) return fanOutWarning(record(run, 'onWarning', warning), run.delivery);
  return fanOutWarning(outsideRun(warning), { journaled: false });
}

function outsideRun(data: EventData['onWarning']): Envelope<'onWarning'> {
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
