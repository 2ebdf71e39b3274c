import { statSync } from 'node:fs';
import { join } from 'node:path';
import { listSegments } from './layout.js';
import { readLines } from './lines.js';
import { processExists, startTimeOf } from './process.js';

/** What was written within this time may come from a process that cannot be seen from here: another machine's. */
const RECENT_MS = 60_000;
/** A process's start is known to a second or so. */
const TOLERANCE_MS = 2_000;

/**
 * Whether somebody may still be writing a run that has not ended: a process that wrote to it is there, or it was written
 * to within a minute.
 *
 * @param now in milliseconds since the Unix epoch
 */
export function hasLiveWriter(runDir: string, now = Date.now()): boolean {
  return listSegments(runDir).some((segment) => isLive(join(runDir, segment), now));
}

function isLive(path: string, now: number): boolean {
  const written = modified(path);
  if (now - written < RECENT_MS) return true;
  const pid = writerOf(path);
  if (pid === null || !processExists(pid)) return false;
  // A later process may have been given the same id.
  const started = startTimeOf(pid);
  return started === null || started < written + TOLERANCE_MS;
}

function modified(path: string): number {
  try {
    return statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}

/** Id of the process that wrote a segment: writers are named by it. */
function writerOf(path: string): number | null {
  const pid = /"writer":"([0-9a-z]+)-[0-9a-f]+"/.exec(firstLine(path).slice(0, 2_048))?.[1];
  const number = pid === undefined ? Number.NaN : Number.parseInt(pid, 36);
  return Number.isSafeInteger(number) && number > 0 ? number : null;
}

function firstLine(path: string): string {
  try {
    for (const { text } of readLines(path)) return text;
  } catch {
    // Gone, or not to be read: nothing is known of its writer.
  }
  return '';
}
