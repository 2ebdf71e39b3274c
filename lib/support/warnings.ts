import type { EventData } from '../contract/events.js';
import { settings } from './settings.js';
import { shared } from './shared-state.js';
import { snapshot } from './snapshot/snapshot.js';

/** A problem of ax-autolog or of one sink. */
type Warning = EventData['onWarning'];

/**
 * Records a warning in its run (`''` for none) and hands it to every sink but the one it is about. Returns how many sinks
 * listen to warnings.
 */
export type WarningOutlet = (warning: Warning, runId: string) => number;

interface Connections {
  outlet: WarningOutlet;
  currentRunId: () => string;
}

const connected = shared<Connections>('warnings', () => ({ outlet: () => 0, currentRunId: () => '' }));
const counts = shared('warning counts', () => new Map<string, number>());

/** Connects warnings to journal and sinks. Before that, they go to the process's warning channel. */
export function connectWarnings(to: WarningOutlet): void {
  connected.outlet = to;
}

/** Connects warnings to the run that the calling code belongs to. */
export function connectRun(lookup: () => string): void {
  connected.currentRunId = lookup;
}

/**
 * Reports a problem of ax-autolog or of one sink. Never throws, never reaches the sink it is about. The first of its
 * kind (code and sink) fires `onWarning`; if no sink listens, it goes to the process's warning channel unless `silent`.
 * Later ones are only counted.
 */
export function warn(code: string, message: string, data?: unknown, sink?: string): void {
  const count = countOf(code, sink);
  if (count === 1) report({ code, message, count, sink }, data);
}

/** As {@link warn}, but reports it each time. */
export function warnEach(code: string, message: string, data?: unknown): void {
  report({ code, message, count: countOf(code, undefined), sink: undefined }, data);
}

/** Reports a total, also if {@link warn} has reported the first of its kind. Never throws. */
export function warnTotal(code: string, message: string, count: number, sink?: string): void {
  report({ code, message, count, sink }, { count });
}

/** Forgets the counts, so that the next of each kind is reported again. */
export function resetWarnings(): void {
  counts.clear();
}

/** Counts one more of the kind. */
function countOf(code: string, sink: string | undefined): number {
  const kind = `${code}\n${sink ?? ''}`;
  const count = (counts.get(kind) ?? 0) + 1;
  counts.set(kind, count);
  return count;
}

interface Problem {
  readonly code: string;
  readonly message: string;
  readonly count: number;
  readonly sink: string | undefined;
}

function report({ code, message, count, sink }: Problem, data: unknown): void {
  const { redactor, silent } = settings();
  let text = code;
  let listening = 0;
  try {
    const warning: Warning = {
      code,
      message: redactor.text(message),
      ...(sink === undefined ? {} : { sink }),
      count,
      data: snapshot(data ?? null, redactor),
    };
    text = `${code}: ${warning.message}`;
    listening = connected.outlet(warning, connected.currentRunId());
  } catch {
    // The warning channel is the last resort. Without redaction, only the code may go there.
  }
  if (listening === 0 && !silent) process.emitWarning(text, { type: 'AxAutologWarning', code });
}
