import type { EventData } from '../contract/events.js';
import { withoutQuotes } from './capture.js';
import { settings } from './settings.js';
import { shared } from './shared-state.js';
import { snapshot } from './snapshot/snapshot.js';
import { warnProcess } from './terminal.js';

type Warning = EventData['onWarning'];

/**
 * Records a warning in a run (`''` for none) and hands it to every sink except the one it is about. Returns how many sinks
 * listen to warnings.
 */
export type WarningOutlet = (warning: Warning, runId: string) => number;

interface Connections {
  outlet: WarningOutlet;
  currentRunId: () => string;
}

const connected = shared<Connections>('warnings', () => ({ outlet: () => 0, currentRunId: () => '' }));
const counts = shared('warning counts', () => new Map<string, number>());

/** Sends warnings to the journal and the sinks from now on. Without it, they go to the process's warning channel. */
export function connectWarnings(outlet: WarningOutlet): void {
  connected.outlet = outlet;
}

/** Sets the function that returns the id of the run that the calling code belongs to, `''` for none. */
export function connectRun(lookup: () => string): void {
  connected.currentRunId = lookup;
}

/**
 * Reports a problem of ax-autolog or of one sink. The first warning with the same code and sink fires `onWarning`, and
 * later ones are only counted. If no sink listens, the warning goes to the process's warning channel unless `silent` is
 * set. The sink that the warning is about does not receive it. Never throws.
 */
export function warn(code: string, message: string, data?: unknown, sink?: string): void {
  const count = countUp(code, sink);
  if (count === 1) report({ code, message, count, sink }, data);
}

/** Reports a problem as {@link warn} does, but every time. Never throws. */
export function warnEach(code: string, message: string, data?: unknown): void {
  report({ code, message, count: countUp(code, undefined), sink: undefined }, data);
}

/** Reports how often a problem occurred, even if {@link warn} already reported it. Never throws. */
export function warnTotal(code: string, message: string, count: number, sink?: string): void {
  report({ code, message, count, sink }, { count });
}

/** Resets the counts, so that the next warning of each code and sink is reported again. */
export function resetWarnings(): void {
  counts.clear();
}

function countUp(code: string, sink: string | undefined): number {
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

function report(problem: Problem, details: unknown): void {
  const { redactor, silent, capture } = settings();
  const { code, count, sink } = problem;
  let text: string = code;
  let listening = 0;
  try {
    const { message, data } = withoutQuotes({ code, message: problem.message, sink, data: details }, capture);
    const warning: Warning = {
      code,
      message: redactor.text(message),
      ...(sink === undefined ? {} : { sink }),
      count,
      data: snapshot(data ?? null, redactor, 'settings'),
    };
    text = `${code}: ${warning.message}`;
    listening = connected.outlet(warning, connected.currentRunId());
  } catch {
    // The warning channel is the last resort. If redaction failed, only the code may go there.
  }
  if (listening === 0 && !silent) warnProcess(code, text);
}
