/** `ax-autolog/analysis/node`: reads journals from disk, for `ax-autolog/analysis` to look at. */
import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { EventType } from '../contract/events.js';
import { listSegments } from '../journal/layout.js';
import { readRun } from '../journal/reader.js';
import { HistoryBuilder } from './history/builder.js';
import type { RunHistory } from './history/types.js';

export type { RunSummary } from '../contract/run-summary.js';
export { sizesOf } from '../journal/batch.js';
export { RunFollower } from '../journal/follow.js';
export { listRuns, type OnProblem, type ReadOptions, readRun } from '../journal/reader.js';

/** How a run's history is read. */
export interface ReadHistoryOptions {
  /** Whether traces are read: they are most of a journal. Default `none`. */
  readonly traces?: 'none' | 'all';
  /**
   * `outline` is enough for a list of runs, in a fraction of the time: no examples, and no value that is kept in a blob, such
   * as the texts of a long candidate. Default `all`.
   */
  readonly detail?: 'all' | 'outline';
}

const TRACES: readonly EventType[] = ['onTraceEnd'];
const DETAILS: readonly EventType[] = ['onExampleEnd', 'onProgress', 'onCandidateProposed'];

/**
 * The history of a run from its journal, which may be that of a run that is going on, or whose process died. What cannot be
 * read is in `problems` (`AXL_JOURNAL_TORN`, `AXL_JOURNAL_CORRUPT`, `AXL_BLOB_MISSING`); lines that are not wanted are not
 * looked into. A journal without a single event has the time of its file as `startTime`.
 *
 * @throws AutologError AXL_JOURNAL_MISSING when the folder holds no journal; AXL_JOURNAL_VERSION when a newer version
 * wrote it
 */
export function readRunHistory(runDir: string, options: ReadHistoryOptions = {}): RunHistory {
  const folder = resolve(runDir);
  const { traces = 'none', detail = 'all' } = options;
  const examples = detail === 'all';
  const builder = new HistoryBuilder({ runDir: folder, traces, examples });
  const events = readRun(folder, {
    onProblem: (code, message) => builder.problem(code, message),
    without: [...(traces === 'all' ? [] : TRACES), ...(examples ? [] : DETAILS)],
    blobs: examples,
  });
  for (const event of events) builder.take(event);
  const history = builder.history();
  return history.startTime === 0 ? { ...history, ...timesOf(folder) } : history;
}

function timesOf(runDir: string): Pick<RunHistory, 'startTime' | 'lastTime'> {
  const times = listSegments(runDir).map((segment) => statSync(join(runDir, segment)).mtimeMs);
  return { startTime: Math.min(...times), lastTime: Math.max(...times) };
}
