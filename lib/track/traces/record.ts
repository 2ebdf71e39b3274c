import type { TraceData } from '../../contract/events.js';
import { emit } from '../../record/emit.js';
import { bytesJournaled, closeJournal, openJournal, type Place } from '../../record/open-runs.js';
import { now } from '../../support/clock.js';
import { newRunId } from '../../support/ids.js';
import { journalTarget, settings } from '../../support/settings.js';
import { shared } from '../../support/shared-state.js';
import { warn } from '../../support/warnings.js';
import type { SessionFrame } from '../context.js';
import type { EvaluationState } from '../evaluation.js';
import { runSource } from '../source.js';

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

const predictions = shared<{ open: OpenPredictions | null }>('predictions', () => ({ open: null }));

/**
 * The run that a trace outside of every run goes to; opened when the first one comes, and followed by another when it has
 * become big. It is nobody's active run and no reason to listen to signals. `null` where autolog is off.
 */
export function predictionsRun(): string | null {
  const { autologOn, disabled } = settings();
  if (!autologOn || disabled) return null;
  const { open } = predictions;
  if (open !== null && (isFull(open) || open.journal !== journalNow())) endPredictions();
  predictions.open ??= begin();
  predictions.open.traces += 1;
  return predictions.open.runId;
}

/** Ends the run of predictions, if one is open. */
export function endPredictions(): void {
  if (predictions.open === null) return;
  const { runId, startedAt } = predictions.open;
  predictions.open = null;
  emit(runId, 'onRunEnd', { status: 'finished', durationMs: now() - startedAt }, { durable: true });
  closeJournal(runId);
}

function begin(): OpenPredictions {
  const startedAt = now();
  const runId = newRunId(NAME, startedAt);
  openJournal(runId, undefined);
  const start = { name: NAME, kind: NAME, tags: {}, params: {}, source: runSource() } as const;
  emit(runId, 'onRunStart', start, { durable: true });
  return { runId, startedAt, journal: journalNow(), traces: 0 };
}

function isFull({ runId, traces }: OpenPredictions): boolean {
  return traces >= MAX_TRACES || bytesJournaled(runId) >= MAX_BYTES;
}

function journalNow(): string {
  return journalTarget()?.dir ?? '';
}

const NOWHERE: Place = Object.freeze({});

/** Records a finished trace where it belongs; outside of every run, in the process's run of predictions. */
export function recordTrace(frame: SessionFrame, trace: TraceData): void {
  const { run } = frame;
  if (run !== null && !run.ended) emit(run.runId, 'onTraceEnd', trace, { place: placeOf(frame) });
  else {
    const runId = predictionsRun();
    if (runId !== null) emit(runId, 'onTraceEnd', trace);
    else if (run !== null)
      warn('AXL_RUN_ENDED', `a trace of ${trace.name} ended after run ${run.runId}: it is not kept`);
  }
}

/** What a compile reflects on or proposes is the compile's, whichever trial is open meanwhile. */
function placeOf({ compile, evaluation, role }: SessionFrame): Place {
  const ofCompile = role === 'reflection' || role === 'proposer';
  if (evaluation !== null && !(ofCompile && compile !== null)) return (evaluation as EvaluationState).place;
  return compile === null ? NOWHERE : { compileId: compile.compileId };
}
