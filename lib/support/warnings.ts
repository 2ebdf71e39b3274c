import type { AnyEvent, Envelope, EventData } from '../contract/events.js';
import { EVENT_VERSION } from '../contract/events.js';
import { now } from './clock.js';
import { WRITER } from './ids.js';
import { settings } from './settings.js';
import { snapshot } from './snapshot/snapshot.js';

/** Takes a warning to the sinks, `except` aside. Returns how many could hear it. */
export type WarningOutlet = (event: AnyEvent, except: string | undefined) => number;

/** Writes a warning into the journal of its run, if it has one. */
export type WarningJournal = (runId: string, data: EventData['onWarning']) => AnyEvent | null;

let outlet: WarningOutlet = () => 0;
let journal: WarningJournal = () => null;
let currentRunId: () => string = () => '';
const counts = new Map<string, number>();

/** Connects the diagnostics to sinks and journal. They do not know each other otherwise. */
export function connectDiagnostics(toSinks: WarningOutlet, toJournal: WarningJournal): void {
  outlet = toSinks;
  journal = toJournal;
}

/** Says how to find the run that the code which runs now belongs to. */
export function connectRun(lookup: () => string): void {
  currentRunId = lookup;
}

/**
 * Reports a problem of ax-autolog or of one sink. Never throws, never reaches the sink it is about. The first of its
 * kind (code and sink) fires `onWarning`; where nobody listens it goes to the process's warning channel unless
 * `silent`. Later ones are only counted.
 */
export function warn(code: string, message: string, data?: unknown, sink?: string): void {
  const kind = `${code}\n${sink ?? ''}`;
  const count = (counts.get(kind) ?? 0) + 1;
  counts.set(kind, count);
  if (count > 1) return;
  try {
    report(code, message, count, data, sink);
  } catch {
    process.emitWarning(`${code}: ${message}`, { type: 'AxAutologWarning', code });
  }
}

/** As {@link warn}, of something that is worth saying each time it happens. */
export function warnEach(code: string, message: string, data?: unknown): void {
  const kind = `${code}\n`;
  const count = (counts.get(kind) ?? 0) + 1;
  counts.set(kind, count);
  try {
    report(code, message, count, data, undefined);
  } catch {
    process.emitWarning(`${code}: ${message}`, { type: 'AxAutologWarning', code });
  }
}

/** Fires `onWarning` with a total, past what {@link warn} lets through once. */
export function warnTotal(code: string, message: string, count: number, sink?: string): void {
  report(code, message, count, { count }, sink);
}

/** Forgets what was met, so that the next of each kind is reported again. */
export function resetWarnings(): void {
  counts.clear();
}

function report(code: string, message: string, count: number, data: unknown, sink: string | undefined): void {
  const { redactor, silent } = settings();
  const warning: EventData['onWarning'] = {
    code,
    message: redactor.text(message),
    ...(sink === undefined ? {} : { sink }),
    count,
    data: snapshot(data ?? null, redactor),
  };
  const event = journal(currentRunId(), warning) ?? outsideRun(warning);
  const heard = outlet(event, sink);
  if (heard === 0 && !silent) process.emitWarning(`${code}: ${warning.message}`, { type: 'AxAutologWarning', code });
}

function outsideRun(data: EventData['onWarning']): AnyEvent {
  const event: Envelope<'onWarning'> = {
    v: EVENT_VERSION,
    seq: -1,
    time: now(),
    writer: WRITER,
    runId: '',
    type: 'onWarning',
    data: Object.freeze(data),
    derived: Object.freeze([]),
  };
  return Object.freeze(event);
}
