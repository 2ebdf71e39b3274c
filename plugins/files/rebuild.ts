import type { AnyEvent } from '../../lib/contract/events.js';
import { listSegments } from '../../lib/journal/layout.js';
import { readRun } from '../../lib/journal/reader.js';
import type { RunFolder } from './run-folder.js';

/** Events taken before the files are written: keeps a long run's examples out of memory. */
const STEP = 2_000;

/**
 * Brings a folder to where it was before `next`: a process that carries on for one that died knows nothing of the events
 * that were delivered before, the journal does.
 */
export function replayInto(folder: RunFolder, runDir: string, next: AnyEvent): void {
  if (listSegments(runDir).length === 0) return;
  let step: AnyEvent[] = [];
  for (const event of readRun(runDir)) {
    if (event.runId !== next.runId || event.writer !== next.writer || !before(event, next)) continue;
    step.push(event);
    if (step.length < STEP) continue;
    folder.take(step);
    folder.save();
    step = [];
  }
  folder.take(step);
}

function before(event: AnyEvent, next: AnyEvent): boolean {
  return event.time < next.time || (event.time === next.time && event.seq < next.seq);
}
