import type { RunHistory } from 'ax-autolog/analysis';
import { readRun, readRunHistory } from 'ax-autolog/analysis/node';
import { EVENT_TYPES, type TraceData } from 'ax-autolog/sink';

/** A run that was read for a report file. */
export interface ReadRun {
  readonly history: RunHistory;
  /** Number of traces in the journal that are not in `history`. */
  readonly tracesLeft: number;
}

/** Most characters of traces, as JSON, to keep in memory. More than fit in a file when packed. */
const MAX_TRACE_LENGTH = 150_000_000;

/**
 * Reads a run with as many of its traces as a file can hold, because a journal may be larger than memory. Traces of
 * evaluations, of trials that set a new best and of trials with errors are preferred to all others.
 *
 * @param limit Most characters of traces, as JSON. Default: 150,000,000
 * @throws AutologError `AXL_JOURNAL_MISSING`, `AXL_JOURNAL_VERSION`: see {@link readRunHistory}
 */
export function readForReport(runDir: string, limit: number = MAX_TRACE_LENGTH): ReadRun {
  const history = readRunHistory(runDir);
  const first = preferredTraces(history);
  const traces = new Map<string, TraceData>();
  let [size, left] = [0, 0];
  for (const event of readRun(runDir, { without: EVENT_TYPES.filter((type) => type !== 'onTraceEnd') })) {
    if (event.type !== 'onTraceEnd' || typeof event.data.traceId !== 'string') continue;
    const room = first.has(event.data.traceId) ? limit : limit / 2;
    if (size < room) {
      traces.set(event.data.traceId, event.data);
      size += JSON.stringify(event.data).length;
    } else left += 1;
  }
  return { history: { ...history, traces }, tracesLeft: left };
}

function preferredTraces({ trials, evaluations }: RunHistory): ReadonlySet<string | null> {
  const preferred = [...evaluations, ...trials.filter(({ isBest, errors }) => isBest || errors > 0)];
  return new Set(preferred.flatMap(({ examples }) => examples.map(({ traceId }) => traceId)));
}
