import { type Dirent, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { AnyEvent } from '../contract/events.js';
import type { RunSummary } from '../contract/run-summary.js';
import { DamagedLine, EventDecoder } from './decode/decode.js';
import { listSegments } from './layout.js';
import { readLastLines, readLines } from './lines.js';

/** Returns the runs in a journal folder, the latest first. Skips folders without a readable run. Never throws. */
export function listRuns(dir: string): RunSummary[] {
  return folders(dir)
    .map((name) => summaryOf(join(dir, name), name))
    .filter((summary) => summary !== null)
    .sort((a, b) => b.startTime - a.startTime || (a.runId < b.runId ? 1 : -1));
}

/** Returns the names of the folders in a journal folder. Links are none: they may lead anywhere. Never throws. */
export function folders(dir: string): string[] {
  let entries: Dirent[];
  try {
    entries = readdirSync(dir, { withFileTypes: true });
  } catch {
    return [];
  }
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}

/** Summarizes a run from the first and last lines of its segments. Returns `null` if its start cannot be read. */
export function summaryOf(runDir: string, runId: string): RunSummary | null {
  const decoder = new EventDecoder(runDir, () => undefined, { blobs: false });
  const starts: AnyEvent[] = [];
  const ends: AnyEvent[] = [];
  for (const segment of listSegments(runDir)) {
    const path = join(runDir, segment);
    const first = firstEvent(path, decoder);
    if (first) starts.push(first);
    ends.push(...lastEvents(path, decoder));
  }
  starts.sort((a, b) => a.time - b.time);
  ends.sort((a, b) => a.time - b.time);
  const start = starts.find((event) => event.type === 'onRunStart');
  const last = ends.at(-1) ?? starts.at(-1);
  if (start?.type !== 'onRunStart' || !last) return null;
  // A run that was opened again has an end before its last start.
  const lastChange = ends.findLast((event) => event.type === 'onRunEnd' || event.type === 'onRunStart');
  const end = lastChange?.type === 'onRunEnd' ? lastChange : null;
  return {
    runId,
    runDir,
    name: start.data.name,
    kind: start.data.kind,
    status: end ? end.data.status : 'running',
    startTime: start.time,
    endTime: end ? end.time : null,
    lastTime: last.time,
  };
}

function firstEvent(path: string, decoder: EventDecoder): AnyEvent | null {
  try {
    for (const line of readLines(path)) {
      const event = decoder.decode(line.text, path);
      if (!(event instanceof DamagedLine)) return event;
    }
  } catch {
    // The file cannot be read, or a newer version wrote it. Its run is unknown.
  }
  return null;
}

function lastEvents(path: string, decoder: EventDecoder): AnyEvent[] {
  try {
    return readLastLines(path)
      .map((line) => decoder.decode(line, path))
      .filter((event): event is AnyEvent => !(event instanceof DamagedLine));
  } catch {
    return [];
  }
}
