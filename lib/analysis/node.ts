/** `ax-autolog/analysis/node`: reads the journals that `ax-autolog/analysis` works on. */
import { lstatSync } from 'node:fs';
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

/** Options of {@link readRunHistory}. */
export interface ReadHistoryOptions {
  /** Whether to read traces. They make up most of a journal. Default `none`. */
  readonly traces?: 'none' | 'all';
  /**
   * `outline` skips examples, proposals and values that are stored as blobs, such as the texts of a long candidate. It
   * takes a fraction of the time and is enough for a list of runs. Default `all`.
   */
  readonly detail?: 'all' | 'outline';
}

const TRACES: readonly EventType[] = ['onTraceEnd'];
const DETAILS: readonly EventType[] = ['onExampleEnd', 'onProgress', 'onCandidateProposed'];

/**
 * Reads the history of a run from its journal. The run may still be going on, or its process may have died. Lines and
 * blobs that cannot be read are skipped and listed in `problems` (`AXL_JOURNAL_TORN`, `AXL_JOURNAL_CORRUPT`,
 * `AXL_BLOB_MISSING`). If the journal holds no event, `startTime` is the modification time of its file.
 *
 * @param runDir folder of the run
 * @throws AutologError `AXL_JOURNAL_MISSING` if the folder holds no journal; `AXL_JOURNAL_VERSION` if a newer version
 * of ax-autolog wrote it
 * @example
 * const history = readRunHistory('.ax-autolog/3f1c…');
 * console.log(history.status, history.trials.length);
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
  const times = listSegments(runDir).map((segment) => lstatSync(join(runDir, segment)).mtimeMs);
  return { startTime: Math.min(...times), lastTime: Math.max(...times) };
}
