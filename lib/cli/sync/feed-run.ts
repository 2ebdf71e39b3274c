import type { AnyEvent } from '../../contract/events.js';
import type { RunSummary } from '../../contract/run-summary.js';
import type { BatchContext, Sink } from '../../contract/sink.js';
import { JournalFeed } from '../../deliver/journal-feed.js';
import { deadline } from '../../support/async.js';

/** How one run was fed. */
export interface FedRun {
  /** Events the sink took now; 0 when it had them all. */
  readonly events: number;
  /** Why not all of it arrived; `null` when it did. */
  readonly error: string | null;
}

/** How a run is fed. */
export interface FeedRunOptions {
  readonly run: RunSummary;
  /** A sink that takes batches. */
  readonly sink: Sink;
  readonly signal: AbortSignal;
  readonly onProgress: (events: number) => void;
  readonly onProblem: (message: string) => void;
  /** Gives up after this long without a batch taken, in milliseconds. Default 60,000. */
  readonly stallMs?: number;
}

/** The sink has retried by itself before it rejects a batch. */
const ATTEMPTS = 3;
const STOP_LIMIT_MS = 2_000;

/**
 * Feeds one run's journal into a sink until the sink has all of it, carrying on from the saved position. Gives up, with
 * the reason, when the sink rejects three times in a row, when nothing moves for a minute, or when the signal says so.
 * What was taken until then stays taken.
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
      if (code !== 'AXL_SINK_FAILED') options.onProblem(`${code}: ${message}`);
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
    // A sink that hangs would keep it from stopping; its lease ends with the process.
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

/** The sink, as it says how far it came. */
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
