import type { EventData } from '../contract/events.js';
import { registry } from '../deliver/registry.js';
import { emit } from '../record/emit.js';
import type { Place } from '../record/open-runs.js';
import { settings } from '../support/settings.js';
import { shared } from '../support/shared-state.js';
import { toErrorData } from '../support/snapshot/snapshot.js';
import { connectRun, warn } from '../support/warnings.js';
import { CompileState } from './compile.js';
import { currentFrame } from './context.js';
import { type EvaluationState, InnerEvaluation } from './evaluation.js';
import { RunState } from './run.js';
import { startStandaloneEvaluation } from './standalone-evaluation.js';
import type { LMCallInput, RunInput, Tracker } from './types.js';

const NOWHERE: Place = Object.freeze({});

const ownTracker: Tracker = {
  get on() {
    const { disabled, autologOn } = settings();
    return !disabled && (autologOn || registry.size > 0);
  },

  get logsCompiles() {
    const { disabled, autologOn, logCompiles } = settings();
    return !disabled && autologOn && logCompiles;
  },

  get logsEvals() {
    const { disabled, autologOn, logEvals } = settings();
    return !disabled && autologOn && logEvals;
  },

  startRun(input: RunInput) {
    return new RunState(input);
  },

  startCompile(input) {
    const { run, compile } = currentFrame();
    if (compile) return new CompileState(compile.run as RunState, compile, false, input);
    if (run && !run.ended) return new CompileState(run as RunState, null, false, input);
    return new CompileState(new RunState({ name: input.optimizer, kind: 'compile' }), null, true, input);
  },

  startEvaluation(input) {
    const { run, compile, evaluation } = currentFrame();
    if (evaluation && !evaluation.ended) return new InnerEvaluation(evaluation);
    if (compile) return compile.startTrial(input);
    if (run && !run.ended) return startStandaloneEvaluation(run as RunState, false, input);
    return startStandaloneEvaluation(new RunState({ name: 'eval', kind: 'eval' }), true, input);
  },

  lmCall(call) {
    const frame = currentFrame();
    const run = frame.run as RunState | null;
    if (!run || run.ended) return;
    const role = call.role ?? frame.role;
    run.tally.add(role, call);
    for (let compile = frame.compile; compile; compile = compile.parent)
      (compile as CompileState).tally.add(role, call);
    const evaluation = frame.evaluation as EvaluationState | null;
    evaluation?.countCall(role, call);
    const place = evaluation?.place ?? (frame.compile ? { compileId: frame.compile.compileId } : NOWHERE);
    emit(run.runId, 'onLMCall', lmCallData(role, call), { place });
  },

  warn(code, message, data) {
    warn(code, message, data);
  },
};

/**
 * The tracker of this process. Decorators, `Evaluate`, `startRun` and the instrumentation of ax record through it. All
 * copies of the package share the tracker of the first copy.
 */
export const tracker: Tracker = shared('tracker', () => ownTracker);

connectRun(() => currentFrame().run?.runId ?? '');

function lmCallData(role: EventData['onLMCall']['role'], call: LMCallInput): EventData['onLMCall'] {
  const data: EventData['onLMCall'] = {
    role,
    operation: call.operation,
    provider: call.provider,
    model: call.model,
    tokens: call.tokens ?? null,
    cost: call.cost ?? null,
    cached: call.cached ?? false,
    durationMs: call.durationMs ?? null,
  };
  return call.error === undefined ? data : { ...data, error: toErrorData(call.error, settings().redactor) };
}
