import { statusOf } from '../../../support/abort.js';
import { currentFrame, runUntracked } from '../../../track/context.js';
import { tracker } from '../../../track/tracker.js';
import type { CompileInput, CompileTracker } from '../../../track/types.js';
import { safely, warnInternals } from '../../guard.js';
import { type Callable, isObject, safeGet } from '../../inspect.js';
import { observe } from '../../observe.js';
import { labelOf } from '../access/labels.js';
import { isLeftAlone, isPatched, patchMethod } from '../access/patch.js';
import { watching } from '../access/scope.js';
import { describeService } from '../calls/lm-settings.js';
import { borrowProgram, instrumentService } from '../forward/instrument-program.js';
import { bestOf } from '../programs/best.js';
import { beforeCompile, type CheckReturned } from '../programs/certify.js';
import { describeProgram } from '../programs/state.js';
import type { CompileCall, OptimizerWatch, WatchFactory } from '../watch/optimizer-watch.js';
import { compileOptionsOf, hyperparametersOf } from './hyperparameters.js';
import { UnknownWatch } from './unknown.js';

/** Of an optimizer that nothing is known about, or of a program that cannot be seen. */
export const unknown: WatchFactory = (compile, call) => new UnknownWatch(compile, call);

/** The method through which each compile of ours was entered. */
const entries = new WeakMap<CompileTracker, string>();

/** What checks the program that each of them returns. */
const checks = new WeakMap<CompileTracker, CheckReturned>();

/** What is known of a class that owns a `compile`. */
export interface OptimizerKind {
  readonly label: string;
  readonly watch: WatchFactory;
}

/**
 * Tracks `owner.compile`. A compile that runs already for the same optimizer in this frame (`super.compile`, or one that
 * a decorator opened) is not opened again: the trials that this class is known for are added to it.
 */
export function patchCompile(owner: object, kind: OptimizerKind | undefined): void {
  const method = Object.getOwnPropertyDescriptor(owner, 'compile')?.value as unknown;
  if (isPatched(owner, 'compile') || typeof method !== 'function' || isLeftAlone(method)) return;
  patchMethod(owner, 'compile', (original, self, args) => {
    if (!tracker.on || !isObject(self)) return original.apply(self, args);
    const call: CompileCall = { self, program: args[0], examples: args[1], metric: args[2], options: args[3] };
    const open = currentFrame().compile;
    if (open?.self === self && (entries.get(open) ?? 'compile') === 'compile') {
      return kind ? addTrials(open, kind.watch, original, call, args) : original.apply(self, args);
    }
    if (!tracker.logsCompiles) return runUntracked('compile', () => original.apply(self, args));
    const compile = openCompile('compile', kind?.label ?? labelOf(self), call);
    if (compile === undefined) return original.apply(self, args);
    return runCompile(compile, kind?.watch ?? unknown, original, call, args);
  });
}

/** Tracks a method of `AxBaseOptimizer` that calls `compile` several times: they are compiles inside this one. */
export function patchOuter(owner: object, method: 'compilePareto'): void {
  patchMethod(owner, method, (original, self, args) => {
    if (!tracker.on || !tracker.logsCompiles || !isObject(self)) return original.apply(self, args);
    if (currentFrame().compile?.self === self) return original.apply(self, args);
    const call: CompileCall = { self, program: args[0], examples: args[1], metric: args[2], options: args[3] };
    const compile = openCompile(method, labelOf(self), call);
    if (compile === undefined) return original.apply(self, args);
    return follow(compile, call, () => compile.within(() => original.apply(self, args)));
  });
}

/** Opens a compile; `undefined` when that fails, which is reported and leaves the user's call alone. */
export function openCompile(method: string, optimizer: string, call: CompileCall): CompileTracker | undefined {
  let compile: CompileTracker | undefined;
  safely(() => {
    for (const name of ['studentAI', 'teacherAI']) instrumentService(safeGet(call.self, name));
    instrumentService(safeGet(call.options, 'overrideTeacherAI'));
    compile = tracker.startCompile(describeCall(method, optimizer, call));
    entries.set(compile, method);
    const validation = safeGet(call.options, 'validationExamples');
    const examples = Array.isArray(validation) && validation.length > 0 ? validation : call.examples;
    const check = beforeCompile(call.program, Array.isArray(examples) ? examples : undefined);
    if (check) checks.set(compile, check);
  });
  return compile;
}

function describeCall(method: string, optimizer: string, call: CompileCall): CompileInput {
  const validation = safeGet(call.options, 'validationExamples');
  const seed = describeProgram(call.program);
  const metric = typeof call.metric === 'function' ? call.metric.name : '';
  const lms = [
    describeService('student', safeGet(call.self, 'studentAI')),
    describeService('teacher', safeGet(call.options, 'overrideTeacherAI') ?? safeGet(call.self, 'teacherAI')),
  ].filter((lm) => lm !== undefined);
  return {
    optimizer,
    method,
    self: call.self,
    hyperparameters: hyperparametersOf(call.self, call.options),
    options: compileOptionsOf(call.options),
    lms,
    ...(Array.isArray(call.examples) ? { trainset: call.examples } : {}),
    ...(Array.isArray(validation) && validation.length > 0 ? { valset: validation } : {}),
    ...(seed ? { seed } : {}),
    ...(metric === '' ? {} : { metric }),
  };
}

function runCompile(
  compile: CompileTracker,
  factory: WatchFactory,
  original: Callable,
  call: CompileCall,
  args: unknown[],
): unknown {
  const { run, finish } = prepare(compile, factory, original, call, args);
  return follow(compile, call, run, finish);
}

/** The compile is somebody else's: it is watched, but neither opened nor ended. */
function addTrials(
  compile: CompileTracker,
  factory: WatchFactory,
  original: Callable,
  call: CompileCall,
  args: unknown[],
): unknown {
  const { run, finish } = prepare(compile, factory, original, call, args);
  return settle(run, finish);
}

type Finish = (error: unknown, failed: boolean) => Readonly<Record<string, unknown>> | undefined;

function prepare(
  compile: CompileTracker,
  factory: WatchFactory,
  original: Callable,
  call: CompileCall,
  args: unknown[],
): { run: () => unknown; finish: Finish } {
  let watch: OptimizerWatch | undefined;
  const { visible, release } = borrowProgram(call.program);
  if (!visible) warnInternals('way to see the forward of this program, which is a frozen object');
  safely(() => {
    watch = (visible ? factory : unknown)(compile, call);
  });
  const watched = watch;
  if (watched === undefined) {
    return {
      run: () => compile.within(() => original.apply(call.self, args)),
      finish: () => {
        release();
        return undefined;
      },
    };
  }
  const passed = [...args];
  passed[2] = watched.metric;
  if (watched.options !== args[3]) passed[3] = watched.options;
  return {
    run: () => compile.within(() => watching(watched, () => original.apply(call.self, passed))),
    finish: (error, failed) => {
      release();
      let result: Readonly<Record<string, unknown>> | undefined;
      safely(() => {
        result = watched.finish(error, failed);
      });
      return result;
    },
  };
}

/** Runs a compile and ends its tracker when it settles. */
export function follow(compile: CompileTracker, call: CompileCall, run: () => unknown, finish?: Finish): unknown {
  return settle(run, (error, failed, result) => {
    const more = finish?.(error, failed);
    safely(() => {
      if (failed) compile.end({ status: statusOf(error), error, ...(more ? { result: more } : {}) });
      else compile.end(endingOf(compile, result, call, more));
    });
  });
}

function settle(run: () => unknown, done: (error: unknown, failed: boolean, result: unknown) => unknown): unknown {
  let result: unknown;
  try {
    result = run();
  } catch (error) {
    done(error, true, undefined);
    throw error;
  }
  if (result instanceof Promise) return observe(result, (error, value, failed) => void done(error, failed, value));
  done(undefined, false, result);
  return result;
}

export function endingOf(
  compile: CompileTracker,
  result: unknown,
  call: CompileCall,
  more: Readonly<Record<string, unknown>> | undefined,
) {
  const best = bestOf(result, call.program);
  const returned = best && checks.get(compile)?.(result, best);
  const score = safeGet(result, 'bestScore');
  return {
    status: 'finished' as const,
    ...(best ? { best } : {}),
    ...(returned ? { returned } : {}),
    ...(typeof score === 'number' ? { reportedScore: score } : {}),
    result: { ...summaryOf(result), ...more },
  };
}

/** What the result says beside its program. */
function summaryOf(result: unknown): Record<string, unknown> {
  const summary: Record<string, unknown> = {};
  for (const name of ['stats', 'finalConfiguration', 'paretoFrontSize', 'hypervolume', 'report']) {
    const value = safeGet(result, name);
    if (value !== undefined) summary[name] = value;
  }
  return summary;
}
