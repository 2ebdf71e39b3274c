import { join } from 'node:path';
import { listSegments } from './layout.js';
import { readLines } from './lines.js';
import { processExists, startTimeOf } from './process.js';
import { statPlain } from './read-file.js';

/** A run that was written to this recently may belong to a process on another machine, which cannot be checked. */
const RECENT_MS = 60_000;
/** The start time of a process is precise to about a second. */
const TOLERANCE_MS = 2_000;

/**
 * Returns whether a process may still be writing to a run: one of its writers is running on this machine, or the run was
 * written to in the last minute.
 *
 * @param now current time in milliseconds since the Unix epoch
 */
export function hasLiveWriter(runDir: string, now = Date.now()): boolean {
  return listSegments(runDir).some((segment) => isLive(join(runDir, segment), now));
}

function isLive(path: string, now: number): boolean {
  const written = modified(path);
  if (now - written < RECENT_MS) return true;
  const pid = writerPid(path);
  if (pid === null || !processExists(pid)) return false;
  // The id may belong to a later process by now.
  const started = startTimeOf(pid);
  return started === null || started < written + TOLERANCE_MS;
}

function modified(path: string): number {
  try {
    return statPlain(path)?.mtimeMs ?? 0;
  } catch {
    return 0;
  }
}

/** The name of a writer begins with the id of its process, in base 36. */
function writerPid(path: string): number | null {
  const pid = /"writer":"([0-9a-z]+)-[0-9a-f]+"/.exec(firstLine(path).slice(0, 2_048))?.[1];
  const number = pid === undefined ? Number.NaN : Number.parseInt(pid, 36);
  return Number.isSafeInteger(number) && number > 0 ? number : null;
}

function firstLine(path: string): string {
  try {
    for (const { text } of readLines(path)) return text;
  } catch {
    // The file was removed or cannot be read, so its writer is unknown.
  }
  return '';
}
