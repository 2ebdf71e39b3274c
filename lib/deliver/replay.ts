import { dirname } from 'node:path';
import { AutologError } from '../contract/errors.js';
import type { AnyEvent } from '../contract/events.js';
import type { Sink } from '../contract/sink.js';
import { readRun } from '../journal/reader.js';
import { runDetached } from '../support/async.js';
import { thrownText } from '../support/snapshot/leaves.js';
import { batchContext } from './batch-context.js';
import { callHook } from './hooks.js';

/** How a journal is replayed. */
export interface ReplayOptions {
  /** Number of events at the beginning that are skipped. Default 0. */
  readonly from?: number;
  /** Events in one batch, for sinks with `onBatch`. Default 500. */
  readonly batchSize?: number;
  /** Also calls the sink's `close`. Default false: the caller may replay another run into it. */
  readonly close?: boolean;
}

/** Something that went wrong during a replay. */
export interface ReplayProblem {
  readonly code: string;
  readonly message: string;
}

/** What a replay did. */
export interface ReplayResult {
  /** Events handed to the sink. */
  readonly events: number;
  readonly problems: readonly ReplayProblem[];
}

/**
 * Feeds the journal of a run into a sink: `setup`, then the hooks that a live sink is called with, in order and one at a
 * time, then `flush`. A hook that fails is a problem in the result; the others still run.
 *
 * @throws AutologError AXL_JOURNAL_MISSING, AXL_JOURNAL_VERSION: see {@link readRun}; AXL_SINK_FAILED when `setup` fails
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
