import { statusOf } from '../../../support/abort.js';
import { currentFrame, runUntracked } from '../../../track/context.js';
import { tracker } from '../../../track/tracker.js';
import type { CompileTracker, RunTracker } from '../../../track/types.js';
import { safely } from '../../guard.js';
import { isObject, safeGet } from '../../inspect.js';
import { observe } from '../../observe.js';
import { patchMethod } from '../access/patch.js';
import { describeService } from '../calls/lm-settings.js';
import { instrumentService } from '../forward/instrument-program.js';
import { describeProgram } from '../programs/state.js';
import { compileOptionsOf } from './hyperparameters.js';

/**
 * Tracks `agent.playbook().evolve(dataset, options)` as a compile. It mines weaknesses from failed tasks and keeps those
 * playbook proposals that hold up on the tasks again. Its evaluations are not visible one by one: each proposal is a
 * candidate, decided as the result says.
 */
export function patchAgentPlaybook(owner: object): void {
  patchMethod(owner, 'evolve', (original, self, args) => {
    if (!tracker.on || !isObject(self)) return original.apply(self, args);
    if (!tracker.logsCompiles) return runUntracked('compile', () => original.apply(self, args));
    if (currentFrame().compile?.self === self) return original.apply(self, args);
    let opened: CompileTracker | undefined;
    safely(() => {
      opened = openEvolve(self, args[0], args[1]);
    });
    const compile = opened;
    if (compile === undefined) return original.apply(self, args);
    const end = (error: unknown, result: unknown, failed: boolean) =>
      safely(() => {
        if (failed) compile.end({ status: statusOf(error), error });
        else endEvolve(compile, result);
      });
    try {
      return observe(
        compile.within(() => original.apply(self, args)),
        end,
      );
    } catch (error) {
      end(error, undefined, true);
      throw error;
    }
  });
}

function openEvolve(self: object, dataset: unknown, options: unknown): CompileTracker {
  const agent = safeGet(self, 'agent');
  const services = ['studentAI', 'teacherAI', 'judgeAI'].map((name) => [name, safeGet(options, name)] as const);
  for (const [, ai] of services) instrumentService(ai);
  const lms = services
    .map(([name, ai]) => describeService(name.replace('AI', ''), ai))
    .filter((lm) => lm !== undefined);
  const trainset = Array.isArray(dataset) ? dataset : safeGet(dataset, 'train');
  const valset = safeGet(dataset, 'validation');
  const seed = describeProgram(agent);
  return tracker.startCompile({
    optimizer: 'AgentPlaybook',
    method: 'evolve',
    self,
    options: compileOptionsOf(options),
    lms,
    ...(Array.isArray(trainset) ? { trainset } : {}),
    ...(Array.isArray(valset) ? { valset } : {}),
    ...(seed ? { seed } : {}),
  });
}

function endEvolve(compile: CompileTracker, result: unknown): void {
  const outcomes = safeGet(result, 'outcomes');
  for (const outcome of Array.isArray(outcomes) ? (outcomes as readonly unknown[]) : []) {
    const id = compile.propose(
      { texts: compile.seed?.texts ?? {}, state: { proposal: safeGet(outcome, 'proposal') } },
      { ...(compile.seed ? { parents: [compile.seed.id] } : {}), by: 'reflection', evidence: outcome },
    );
    const reason = String(safeGet(outcome, 'reason'));
    if (safeGet(outcome, 'accepted') === true) compile.accept(id, reason);
    else compile.reject(id, reason);
  }
  const final = safeGet(safeGet(result, 'final'), 'heldIn');
  compile.end({
    status: 'finished',
    ...(typeof final === 'number' ? { reportedScore: final } : {}),
    result: {
      baseline: safeGet(result, 'baseline'),
      final: safeGet(result, 'final'),
      weaknesses: safeGet(result, 'weaknesses'),
      metricCallsUsed: safeGet(result, 'metricCallsUsed'),
    },
  });
}

/**
 * Makes everything that a call of `owner[method]` does one run: the optimizers it starts, and its LM calls before and
 * after them. Inside a run that is open already, the call belongs to that.
 */
export function patchAround(owner: object, method: string, name: string): void {
  patchMethod(owner, method, (original, self, args) => {
    if (!tracker.on) return original.apply(self, args);
    const call = () => runUntracked('compile', () => original.apply(self, args));
    if (!tracker.logsCompiles || currentFrame().run !== null) return call();
    let run: RunTracker | undefined;
    safely(() => {
      run = tracker.startRun({ name, kind: 'compile' });
    });
    const open = run;
    if (open === undefined) return call();
    const end = (error: unknown, _value: unknown, failed: boolean) =>
      safely(() => open.end(failed ? { status: statusOf(error), error } : { status: 'finished' }));
    try {
      return observe(open.within(call), end);
    } catch (error) {
      end(error, undefined, true);
      throw error;
    }
  });
}
