import { hash } from 'node:crypto';
import type { TraceCall } from '../../contract/trace-options.js';
import { settings } from '../../support/settings.js';
import { thrownText } from '../../support/snapshot/leaves.js';
import { warn } from '../../support/warnings.js';
import { currentFrame, currentUntrackedScope } from '../context.js';

/** Where a call that begins now is made: an evaluation inside a compile counts as compile. */
export function whereNow(): TraceCall['from'] {
  const { compile, evaluation } = currentFrame();
  const untracked = currentUntrackedScope();
  if (compile !== null || untracked === 'compile') return 'compile';
  return evaluation !== null || untracked === 'evaluation' ? 'evaluation' : 'call';
}

/** Whether the switches let a trace begin here. */
export function isSwitchedOn(): boolean {
  const { logTraces, logTracesFromCompile, logTracesFromEval, autologOn } = settings();
  const from = whereNow();
  if (from === 'compile') return logTracesFromCompile;
  if (from === 'evaluation') return logTracesFromEval;
  return logTraces && autologOn;
}

/** Whether rate and filter let this trace be kept. A filter that throws is reported and keeps it. */
export function isSampled(traceId: string, call: TraceCall): boolean {
  const { rate = 1, filter, evaluations = false } = settings().traces;
  if (call.from === 'evaluation' && !evaluations) return true;
  if (rate < 1 && shareOf(traceId) >= rate) return false;
  if (filter === undefined) return true;
  try {
    return filter(call) !== false;
  } catch (error) {
    warn('AXL_TRACE_FILTER', `traces.filter threw, so the trace is kept: ${thrownText(error)}`);
    return true;
  }
}

/** A number from 0 to below 1 that depends on nothing but the id. */
function shareOf(traceId: string): number {
  return Number.parseInt(hash('sha256', traceId, 'hex').slice(0, 12), 16) / 2 ** 48;
}
