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

/** A run of predictions is ended, and another one opened, after this many traces or bytes. */
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
 * Returns the id of the run for a trace outside every run, `null` if autolog is off. Opens the run for the first such trace
 * and opens another one when it has become big. It is never the current run, and signals do not end it.
 */
function predictionsRun(): string | null {
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

/** Records a finished trace in its run, or in the run of predictions if it was made outside every run. */
export function recordTrace(frame: SessionFrame, trace: TraceData): void {
  const { run } = frame;
  if (run !== null && !run.ended) emit(run.runId, 'onTraceEnd', trace, { place: placeOf(frame) });
  else {
    const runId = predictionsRun();
    if (runId !== null) emit(runId, 'onTraceEnd', trace);
    else if (run !== null)
      warn(
        'AXL_RUN_ENDED',
        `a trace of ${trace.name} ended after its run ${run.runId} and is dropped. Await the call before the run ends.`,
      );
  }
}

/** Reflection and proposals belong to the compile, even while a trial is open. */
function placeOf({ compile, evaluation, role }: SessionFrame): Place {
  const ofCompile = role === 'reflection' || role === 'proposer';
  if (evaluation !== null && !(ofCompile && compile !== null)) return (evaluation as EvaluationState).place;
  return compile === null ? NOWHERE : { compileId: compile.compileId };
}
