import type { TraceData } from '../../contract/events.js';
import { emit } from '../../record/emit.js';
import type { Place } from '../../record/journals.js';
import { warn } from '../../support/warnings.js';
import type { SessionFrame } from '../context.js';
import type { EvaluationState } from '../evaluation.js';
import { predictionsRun } from './record.js';

const NOWHERE: Place = Object.freeze({});

/** Records a finished trace where it belongs; outside of every run, in the process's run of predictions. */
export function recordTrace(frame: SessionFrame, trace: TraceData): void {
  const { run } = frame;
  if (run !== null && !run.ended) emit(run.runId, 'onTraceEnd', placeOf(frame), trace);
  else {
    const runId = predictionsRun();
    if (runId !== null) emit(runId, 'onTraceEnd', NOWHERE, trace);
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
