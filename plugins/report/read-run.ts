import type { RunHistory } from 'ax-autolog/analysis';
import { readRun, readRunHistory } from 'ax-autolog/analysis/node';
import { EVENT_TYPES, type TraceData } from 'ax-autolog/sink';

/** A run as it is read for a file. */
export interface ReadRun {
  readonly history: RunHistory;
  /** Traces of the journal that are not in `history`. */
  readonly tracesLeft: number;
}

/** Characters of traces, as JSON, that are held in memory: more than have room in a file, packed. */
const MOST_TRACES = 150_000_000;

/**
 * Reads a run with as many of its traces as a file can hold: those of evaluations, of trials that set a new best and of
 * trials with errors before all others. A journal of traces may be larger than memory.
 *
 * @param limit characters of traces, as JSON
 * @throws AutologError AXL_JOURNAL_MISSING, AXL_JOURNAL_VERSION: see {@link readRunHistory}
 */
export function readForReport(runDir: string, limit: number = MOST_TRACES): ReadRun {
  const history = readRunHistory(runDir);
  const first = soughtTraces(history);
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

function soughtTraces({ trials, evaluations }: RunHistory): ReadonlySet<string | null> {
  const sought = [...evaluations, ...trials.filter(({ isBest, errors }) => isBest || errors > 0)];
  return new Set(sought.flatMap(({ examples }) => examples.map(({ traceId }) => traceId)));
}
