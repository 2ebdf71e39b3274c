import { hash } from 'node:crypto';
import type { TraceCall } from '../../contract/trace-options.js';
import { settings } from '../../support/settings.js';
import { thrownText } from '../../support/snapshot/leaves.js';
import { warn } from '../../support/warnings.js';
import { currentFrame, currentUntrackedScope } from '../context.js';

/** Returns whether the current code runs in a compile, in an evaluation outside a compile, or in neither (`call`). */
export function callOrigin(): TraceCall['from'] {
  const { compile, evaluation } = currentFrame();
  const untracked = currentUntrackedScope();
  if (compile !== null || untracked === 'compile') return 'compile';
  return evaluation !== null || untracked === 'evaluation' ? 'evaluation' : 'call';
}

/** Returns whether the switches of `autolog` allow a trace to begin here. */
export function isSwitchedOn(): boolean {
  const { logTraces, logTracesFromCompile, logTracesFromEval, autologOn } = settings();
  const from = callOrigin();
  if (from === 'compile') return logTracesFromCompile;
  if (from === 'evaluation') return logTracesFromEval;
  return logTraces && autologOn;
}

/**
 * Returns whether the rate and filter of `autolog` select this trace. A filter that throws selects it, and is reported as
 * `AXL_TRACE_FILTER`.
 */
export function isSampled(traceId: string, call: TraceCall): boolean {
  const { rate = 1, filter, evaluations = false } = settings().traces;
  if (call.from === 'evaluation' && !evaluations) return true;
  if (rate < 1 && shareOf(traceId) >= rate) return false;
  if (filter === undefined) return true;
  try {
    return filter(call) !== false;
  } catch (error) {
    warn('AXL_TRACE_FILTER', `traces.filter threw, so the trace is recorded: ${thrownText(error)}`);
    return true;
  }
}

/** Returns a number from 0 (inclusive) to 1 (exclusive) that depends on the id alone. */
function shareOf(traceId: string): number {
  return Number.parseInt(hash('sha256', traceId, 'hex').slice(0, 12), 16) / 2 ** 48;
}
