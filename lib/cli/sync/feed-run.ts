import type { AnyEvent } from '../../contract/events.js';
import type { RunSummary } from '../../contract/run-summary.js';
import type { BatchContext, Sink } from '../../contract/sink.js';
import { JournalFeed } from '../../deliver/journal-feed.js';
import { deadline } from '../../support/async.js';

/** Result of {@link feedRun}. */
export interface FedRun {
  /** Number of events that the sink received now; 0 if it already had them all. */
  readonly events: number;
  /** Why the sink did not receive all of the run; `null` if it did. */
  readonly error: string | null;
}

/** Options of {@link feedRun}. */
export interface FeedRunOptions {
  /** The run to feed. */
  readonly run: RunSummary;
  /** A sink with `onBatch`. */
  readonly sink: Sink;
  /** Interrupts the feed when it is aborted. */
  readonly signal: AbortSignal;
  /** Called after each batch with the number of events that the sink received so far. */
  readonly onProgress: (events: number) => void;
  /** Called for each problem with the journal. */
  readonly onProblem: (message: string) => void;
  /** Gives up after this many milliseconds without progress. Default 60,000. */
  readonly stallMs?: number;
}

/** Batches rejected in a row. Before a sink rejects one, it has retried itself. */
const ATTEMPTS = 3;
const STOP_LIMIT_MS = 2_000;
/** Problems that a feed continues after. It retries all others, such as a newer version, which a command does not wait for. */
const GOES_ON: ReadonlySet<string> = new Set(['AXL_JOURNAL_CORRUPT', 'AXL_JOURNAL_TORN', 'AXL_BLOB_MISSING']);

/**
 * Feeds a run's journal into a sink, from the saved position to the end. It gives up, with the reason, when the sink
 * rejects three batches in a row, makes no progress for `stallMs`, when the journal cannot be read or its position cannot
 * be saved, or when the signal aborts. Accepted batches stay accepted.
 */
export async function feedRun(options: FeedRunOptions): Promise<FedRun> {
  const { run, signal, stallMs = 60_000 } = options;
  const state = { events: 0, failures: 0, moved: Date.now(), last: '' };
  let giveUp = (_why: string): void => undefined;
  const gaveUp = new Promise<string>((resolve) => {
    giveUp = resolve;
  });
  const sink = watched(options, state, giveUp);
  const feed = new JournalFeed({
    runDir: run.runDir,
    runId: run.runId,
    sink,
    onProblem: (code, message) => {
      if (GOES_ON.has(code)) options.onProblem(`${code}: ${message}`);
      else if (code !== 'AXL_SINK_FAILED') giveUp(message.startsWith(code) ? message : `${code}: ${message}`);
    },
  });
  const stall = setInterval(() => {
    if (Date.now() - state.moved > stallMs) giveUp(stalled(stallMs, state.last));
  }, 1_000);
  const abort = (): void => giveUp('interrupted');
  signal.addEventListener('abort', abort);
  if (signal.aborted) abort();
  try {
    const error = await Promise.race([feed.drain().then(() => null), gaveUp]);
    return { events: state.events, error };
  } finally {
    clearInterval(stall);
    signal.removeEventListener('abort', abort);
    // A sink that hangs would block the stop. Its lease ends with the process.
    await deadline(feed.stop(), STOP_LIMIT_MS);
  }
}

function stalled(stallMs: number, last: string): string {
  const why = last || 'another process may be feeding this run to the same server';
  return `nothing was taken for ${Math.round(stallMs / 1_000)} s (${why})`;
}

interface Progress {
  events: number;
  failures: number;
  moved: number;
  last: string;
}

/** Wraps a sink so that its progress and failures are counted. */
function watched({ sink, onProgress }: FeedRunOptions, state: Progress, giveUp: (why: string) => void): Sink {
  return {
    name: sink.name,
    ...(sink.target === undefined ? {} : { target: sink.target }),
    async onBatch(events: readonly AnyEvent[], context: BatchContext) {
      try {
        const progress = (): void => {
          state.moved = Date.now();
          context.progress?.();
        };
        await sink.onBatch?.(events, { ...context, progress });
      } catch (error) {
        state.last = error instanceof Error ? error.message : String(error);
        state.failures += 1;
        if (state.failures >= ATTEMPTS) giveUp(state.last);
        throw error;
      }
      state.failures = 0;
      state.moved = Date.now();
      state.events += events.length;
      onProgress(state.events);
    },
  };
}
