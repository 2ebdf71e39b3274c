import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { listSegments } from '../journal/layout.js';
import { readRun } from '../journal/reader.js';
import { HistoryBuilder, type HistoryOptions } from './builder.js';
import type { RunHistory } from './types.js';

/** How a run's history is read. */
export type ReadHistoryOptions = Pick<HistoryOptions, 'traces'>;

/**
 * The history of a run from its journal, which may be that of a run that is going on, or whose process died. What cannot be
 * read is in `problems` (`AXL_JOURNAL_TORN`, `AXL_JOURNAL_CORRUPT`, `AXL_BLOB_MISSING`). A journal without a single event
 * has the time of its file as `startTime`.
 *
 * @throws AutologError AXL_JOURNAL_MISSING when the folder holds no journal; AXL_JOURNAL_VERSION when a newer version
 * wrote it
 */
export function readHistory(runDir: string, options: ReadHistoryOptions = {}): RunHistory {
  const folder = resolve(runDir);
  const builder = new HistoryBuilder({ ...options, runDir: folder });
  for (const event of readRun(folder, { onProblem: (code, message) => builder.problem(code, message) })) {
    builder.take(event);
  }
  const history = builder.history();
  return history.startTime === 0 ? { ...history, ...timesOf(folder) } : history;
}

function timesOf(runDir: string): Pick<RunHistory, 'startTime' | 'lastTime'> {
  const times = listSegments(runDir).map((segment) => statSync(join(runDir, segment)).mtimeMs);
  return { startTime: Math.min(...times), lastTime: Math.max(...times) };
}
