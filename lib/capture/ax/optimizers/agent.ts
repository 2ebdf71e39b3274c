import { currentFrame, runUntracked } from '../../../track/context.js';
import { tracker } from '../../../track/tracker.js';
import type { CompileInput, CompileTracker } from '../../../track/types.js';
import { type Entry, isPartOf, type OpenCompile, openCompile, type ResultReader } from '../../compile-call.js';
import { follow } from '../../observe/follow.js';
import { guard } from '../../observe/guard.js';
import { isObject, safeGet } from '../../observe/inspect.js';
import { endingOf, hasReturned } from '../../observe/outcome.js';
import { patchMethod } from '../access/patch.js';
import { describeService } from '../calls/lm-settings.js';
import { instrumentService } from '../forward/instrument-program.js';
import { describeProgram } from '../programs/state.js';
import { compileOptionsOf } from './hyperparameters.js';

/**
 * Tracks `agent.playbook().evolve(dataset, options)` as a compile. It derives weaknesses from failed tasks, proposes
 * playbook changes, and keeps those that pass the tasks. Its evaluations cannot be observed one by one, so the result is
 * read: each proposal is a candidate.
 */
export function patchAgentPlaybook(owner: object): void {
  const entry: Entry = { method: 'evolve', wrapper: owner };
  patchMethod(owner, entry.method, (original, self, args) => {
    const run = () => original.apply(self, args);
    if (!tracker.on || !isObject(self)) return run();
    if (!tracker.logsCompiles) return runUntracked('compile', run);
    if (isPartOf(currentFrame().compile, self, entry)) return run();
    const compile = guard('opening a compile', () => openEvolve(entry, self, args[0], args[1]));
    if (compile === undefined) return run();
    return follow(run, {
      thenables: 'follow',
      within: (fn) => compile.within(fn),
      ended(outcome) {
        if (hasReturned(outcome)) guard('recording proposals', () => recordProposals(compile.tracker, outcome.value));
        compile.ended(outcome);
      },
    });
  });
}

function openEvolve(entry: Entry, self: object, dataset: unknown, options: unknown): OpenCompile {
  const services = ['studentAI', 'teacherAI', 'judgeAI'].map((name) => [name, safeGet(options, name)] as const);
  for (const [, ai] of services) instrumentService(ai);
  const lms = services
    .map(([name, ai]) => describeService(name.replace('AI', ''), ai))
    .filter((lm) => lm !== undefined);
  const trainset = Array.isArray(dataset) ? dataset : safeGet(dataset, 'train');
  const valset = safeGet(dataset, 'validation');
  const seed = describeProgram(safeGet(self, 'agent'));
  const input: CompileInput = {
    optimizer: 'AgentPlaybook',
    method: entry.method,
    self,
    options: compileOptionsOf(options),
    lms,
    ...(Array.isArray(trainset) ? { trainset } : {}),
    ...(Array.isArray(valset) ? { valset } : {}),
    ...(seed ? { seed } : {}),
  };
  return openCompile({ entry, input, reader: EVOLVE_READER });
}

const EVOLVE_READER: ResultReader = {
  score: (result) => safeGet(safeGet(result, 'final'), 'heldIn'),
  summary: (result) =>
    Object.fromEntries(
      ['baseline', 'final', 'weaknesses', 'metricCallsUsed'].map((name) => [name, safeGet(result, name)]),
    ),
};

function recordProposals(compile: CompileTracker, result: unknown): void {
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
}

/**
 * Opens a run around each call of `owner[method]`, which contains the optimizers that it starts and its own LM calls. Inside
 * an open run, no further run is opened.
 */
export function patchAsRun(owner: object, method: string, name: string): void {
  patchMethod(owner, method, (original, self, args) => {
    if (!tracker.on) return original.apply(self, args);
    const call = () => runUntracked('compile', () => original.apply(self, args));
    if (!tracker.logsCompiles || currentFrame().run !== null) return call();
    const run = guard('opening a run', () => tracker.startRun({ name, kind: 'compile' }));
    if (run === undefined) return call();
    return follow(call, {
      thenables: 'follow',
      within: (fn) => run.within(fn),
      ended: (outcome) => run.end(endingOf(outcome)),
    });
  });
}
