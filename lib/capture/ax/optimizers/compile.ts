import { currentFrame, runUntracked } from '../../../track/context.js';
import { tracker } from '../../../track/tracker.js';
import type { CompileInput, CompileTracker } from '../../../track/types.js';
import { type Entry, isPartOf, type OpenCompile, openCompile } from '../../compile-call.js';
import { follow } from '../../observe/follow.js';
import { guard, warnInternals } from '../../observe/guard.js';
import { asArray, type Callable, functionName, isObject, safeGet } from '../../observe/inspect.js';
import type { Outcome } from '../../observe/outcome.js';
import { optimizerLabel } from '../access/labels.js';
import { isMarkedAsTracked, isPatched, patchMethod } from '../access/patch.js';
import { watching } from '../access/scope.js';
import { describeService } from '../calls/lm-settings.js';
import { instrumentService, instrumentTemporarily } from '../forward/instrument-program.js';
import { bestOf } from '../programs/best.js';
import { beforeCompile } from '../programs/certify.js';
import { describeProgram } from '../programs/state.js';
import { type CompileCall, compileCall, type WatchFactory } from '../watch/optimizer-watch.js';
import { axHyperparametersOf, compileOptionsOf } from './hyperparameters.js';
import { UnknownWatch } from './unknown.js';

/** Creates the watch for an unknown optimizer, or for a program that cannot be instrumented. */
export const unknown: WatchFactory = (compile, call) => new UnknownWatch(compile, call);

/** The label and watch of a known optimizer class. */
export interface OptimizerKind {
  readonly label: string;
  readonly watch: WatchFactory;
}

/**
 * Tracks `owner.compile`. If the call is part of a running compile (`super.compile`, or one that a decorator opened), no
 * compile is opened, and the trials of a known class are added to the running one.
 */
export function patchCompile(owner: object, kind: OptimizerKind | undefined): void {
  const method = Object.getOwnPropertyDescriptor(owner, 'compile')?.value as unknown;
  if (isPatched(owner, 'compile') || typeof method !== 'function' || isMarkedAsTracked(method)) return;
  const entry: Entry = { method: 'compile', wrapper: owner };
  patchMethod(owner, 'compile', (original, self, args) => {
    if (!tracker.on || !isObject(self)) return original.apply(self, args);
    const call = compileCall(self, args);
    const running = currentFrame().compile;
    // A nested compile whose own tracking is off adds its trials to the running compile.
    if (running?.self === self && (isPartOf(running, self, entry) || !tracker.logsCompiles)) {
      return kind ? runWatched({ compile: running, factory: kind.watch, original, call }) : original.apply(self, args);
    }
    if (!tracker.logsCompiles) return runUntracked('compile', () => original.apply(self, args));
    const own = openAxCompile(entry, kind?.label ?? optimizerLabel(self), call);
    if (own === undefined) return original.apply(self, args);
    return runWatched({ compile: own.tracker, factory: kind?.watch ?? unknown, original, call, own });
  });
}

/** Tracks `compilePareto` of `AxBaseOptimizer` as a compile. The several `compile` calls in it are nested compiles. */
export function patchPareto(owner: object): void {
  const entry: Entry = { method: 'compilePareto', wrapper: owner };
  patchMethod(owner, entry.method, (original, self, args) => {
    const run = () => original.apply(self, args);
    if (!tracker.on || !tracker.logsCompiles || !isObject(self)) return run();
    if (isPartOf(currentFrame().compile, self, entry)) return run();
    const compile = openAxCompile(entry, optimizerLabel(self), compileCall(self, args));
    return compile === undefined ? run() : follow(run, compile);
  });
}

/** Opens a compile of ax. Returns `undefined` if that fails, which is reported; the user's call then runs untracked. */
export function openAxCompile(entry: Entry, optimizer: string, call: CompileCall): OpenCompile | undefined {
  return guard('opening a compile', () => {
    for (const name of ['studentAI', 'teacherAI']) instrumentService(safeGet(call.self, name));
    instrumentService(safeGet(call.options, 'overrideTeacherAI'));
    const valset = validationExamples(call);
    return openCompile({
      entry,
      input: { optimizer, method: entry.method, ...describeArguments(call, valset) },
      reader: {
        best: (result) => bestOf(result, call.program),
        score: (result) => safeGet(result, 'bestScore'),
        summary: summaryOf,
      },
      prepareCheck: () => beforeCompile(call.program, valset ?? asArray(call.examples)),
    });
  });
}

function describeArguments(call: CompileCall, valset: readonly unknown[] | undefined) {
  const trainset = asArray(call.examples);
  const seed = describeProgram(call.program);
  const metric = functionName(call.metric);
  const lms = [
    describeService('student', safeGet(call.self, 'studentAI')),
    describeService('teacher', safeGet(call.options, 'overrideTeacherAI') ?? safeGet(call.self, 'teacherAI')),
  ].filter((lm) => lm !== undefined);
  return {
    self: call.self,
    hyperparameters: axHyperparametersOf(call.self, call.options),
    options: compileOptionsOf(call.options),
    lms,
    ...(trainset ? { trainset } : {}),
    ...(valset ? { valset } : {}),
    ...(seed ? { seed } : {}),
    ...(metric ? { metric } : {}),
  } satisfies Partial<CompileInput>;
}

function validationExamples(call: CompileCall): readonly unknown[] | undefined {
  const examples = asArray(safeGet(call.options, 'validationExamples'));
  return examples?.length ? examples : undefined;
}

interface WatchedCompile {
  readonly compile: CompileTracker;
  readonly factory: WatchFactory;
  readonly original: Callable;
  readonly call: CompileCall;
  /** Set if the compile was opened for this call, so that it ends with it. */
  readonly own?: OpenCompile;
}

/** Runs a compile and records its examples. */
function runWatched({ compile, factory, original, call, own }: WatchedCompile): unknown {
  const { visible, release } = instrumentTemporarily(call.program);
  if (!visible) warnInternals('the forward of a program that is a frozen object');
  const watch = guard('observing a compile', () => (visible ? factory : unknown)(compile, call));
  const passed = [...call.args];
  if (watch !== undefined) passed[2] = watch.metric;
  if (watch !== undefined && watch.options !== passed[3]) passed[3] = watch.options;
  const run = () => original.apply(call.self, passed);
  return follow(watch === undefined ? run : () => watching(watch, run), {
    within: (fn) => compile.within(fn),
    ended(outcome: Outcome) {
      release();
      const more = watch && guard('ending the trials of a compile', () => watch.finish(outcome));
      own?.ended(outcome, more);
    },
  });
}

/** Returns the recorded fields of the result, which exclude its program. */
function summaryOf(result: unknown): Record<string, unknown> {
  const summary: Record<string, unknown> = {};
  for (const name of ['stats', 'finalConfiguration', 'paretoFrontSize', 'hypervolume', 'report']) {
    const value = safeGet(result, name);
    if (value !== undefined) summary[name] = value;
  }
  return summary;
}
