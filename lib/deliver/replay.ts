import { dirname } from 'node:path';
import { AutologError } from '../contract/errors.js';
import type { AnyEvent } from '../contract/events.js';
import type { Sink } from '../contract/sink.js';
import { readRun } from '../journal/reader.js';
import { runDetached } from '../support/async.js';
import { thrownText } from '../support/snapshot/leaves.js';
import { batchContext } from './batch-context.js';
import { callHook } from './hooks.js';

/** Options of {@link replay}. */
export interface ReplayOptions {
  /** Number of events to skip at the beginning. Default: 0. */
  readonly from?: number;
  /** Maximum number of events in a batch, for sinks with `onBatch`. Default: 500. */
  readonly batchSize?: number;
  /** Whether to call the sink's `close` at the end. Default: false, so that another run can be replayed into it. */
  readonly close?: boolean;
}

/** A problem during a replay. */
export interface ReplayProblem {
  /** Stable code, e.g. `AXL_SINK_FAILED`. */
  readonly code: string;
  /** What happened. */
  readonly message: string;
}

/** Result of {@link replay}. */
export interface ReplayResult {
  /** Number of events delivered to the sink. */
  readonly events: number;
  /** Failed hooks, warnings of the sink, and unreadable parts of the journal. Empty if there were none. */
  readonly problems: readonly ReplayProblem[];
}

/**
 * Replays the journal of a run into a sink. Calls `setup`, then the hooks in order, each after the one before has
 * resolved, then `flush`. If a hook fails, the result lists the problem and the replay continues.
 *
 * @param runDir folder of the run
 * @throws AutologError `AXL_JOURNAL_MISSING` or `AXL_JOURNAL_VERSION` as {@link readRun} does, `AXL_SINK_FAILED` if
 * `setup` fails
 */
export async function replay(runDir: string, sink: Sink, options: ReplayOptions = {}): Promise<ReplayResult> {
  const problems: ReplayProblem[] = [];
  const report = (code: string, message: string): void => void problems.push({ code, message });
  const guard = async (what: string, action: () => unknown): Promise<void> => {
    try {
      await runDetached(action);
    } catch (error) {
      report('AXL_SINK_FAILED', `${what} of sink '${sink.name}' failed: ${thrownText(error)}`);
    }
  };
  const journal = readRun(runDir, { onProblem: report });
  await setUp(sink, dirname(runDir), report);
  let skip = options.from ?? 0;
  let events = 0;
  let batch: AnyEvent[] = [];
  const deliver = async (): Promise<void> => {
    const events = batch;
    batch = [];
    if (events.length === 0) return;
    await guard('onBatch', () => sink.onBatch?.(events, batchContext({ sink, runDir, events })));
  };
  for (const event of journal) {
    if (skip > 0) {
      skip -= 1;
      continue;
    }
    events += 1;
    if (!sink.onBatch) await guard(event.type, () => callHook(sink, event));
    else if (batch.push(event) >= (options.batchSize ?? 500)) await deliver();
  }
  await deliver();
  await guard('flush', () => sink.flush?.());
  if (options.close) await guard('close', () => sink.close?.());
  return { events, problems };
}

async function setUp(sink: Sink, journalDir: string, report: (code: string, message: string) => void): Promise<void> {
  try {
    await runDetached(() => sink.setup?.({ journalDir, replay: true, warn: report }));
  } catch (error) {
    const message = `setup of sink '${sink.name}' failed: ${thrownText(error)}`;
    throw new AutologError('AXL_SINK_FAILED', message, { cause: error });
  }
}
