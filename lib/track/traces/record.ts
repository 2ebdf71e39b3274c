import { emit } from '../../record/emit.js';
import { bytesJournaled, closeJournal, openJournal } from '../../record/journals.js';
import { now } from '../../support/clock.js';
import { newRunId } from '../../support/ids.js';
import { journalTarget, settings } from '../../support/settings.js';
import { runSource } from '../source-merge.js';

/** A run of predictions that holds this many traces, or this many bytes, is followed by another one. */
const MAX_TRACES = 10_000;
const MAX_BYTES = 256 * 1024 * 1024;
const NAME = 'predictions';

interface OpenPredictions {
  readonly runId: string;
  readonly startedAt: number;
  readonly journal: string;
  traces: number;
}

let open: OpenPredictions | null = null;

/**
 * The run that a trace outside of every run goes to; opened when the first one comes, and followed by another when it has
 * become big. It is nobody's active run and no reason to listen to signals. `null` where autolog is off.
 */
export function predictionsRun(): string | null {
  const { autologOn, disabled } = settings();
  if (!autologOn || disabled) return null;
  if (open !== null && (isFull(open) || open.journal !== journalNow())) endPredictions();
  open ??= begin();
  open.traces += 1;
  return open.runId;
}

/** Ends the run of predictions, if one is open. */
export function endPredictions(): void {
  if (open === null) return;
  const { runId, startedAt } = open;
  open = null;
  emit(runId, 'onRunEnd', {}, { status: 'finished', durationMs: now() - startedAt }, { durable: true });
  closeJournal(runId);
}

function begin(): OpenPredictions {
  const startedAt = now();
  const runId = newRunId(NAME, startedAt);
  openJournal(runId, undefined);
  const start = { name: NAME, kind: NAME, tags: {}, params: {}, source: runSource() } as const;
  emit(runId, 'onRunStart', {}, start, { durable: true });
  return { runId, startedAt, journal: journalNow(), traces: 0 };
}

function isFull({ runId, traces }: OpenPredictions): boolean {
  return traces >= MAX_TRACES || bytesJournaled(runId) >= MAX_BYTES;
}

function journalNow(): string {
  return journalTarget()?.dir ?? '';
}
