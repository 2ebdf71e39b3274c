import { AsyncLocalStorage } from 'node:async_hooks';
import type { Role } from '../contract/events.js';
import { shared } from '../support/shared-state.js';
import type { CompileTracker, EvaluationTracker, RunTracker } from './types.js';

/**
 * The run, compile, trial and role that the current code belongs to. Immutable: entering a run, compile or trial creates a
 * new frame, so parallel and nested work cannot see each other's frames.
 */
export interface SessionFrame {
  /** The current run; `null` outside every run. */
  readonly run: RunTracker | null;
  /** The innermost current compile; `null` outside every compile. */
  readonly compile: CompileTracker | null;
  /** The current trial (inside a compile) or evaluation (outside a compile). */
  readonly evaluation: EvaluationTracker | null;
  /** The role that LM calls are made for. */
  readonly role: Role;
}

/** Whether code runs in an untracked compile or evaluation. This decides which switch its traces follow. */
export type UntrackedScope = 'compile' | 'evaluation' | null;

/** All in one store, because Node.js 20 copies the store of each AsyncLocalStorage to every new promise. */
interface Context {
  readonly frame: SessionFrame;
  readonly detail: unknown;
  readonly span: unknown;
  readonly untracked: UntrackedScope;
}

const NO_CONTEXT: Context = Object.freeze({
  frame: Object.freeze({ run: null, compile: null, evaluation: null, role: 'task' }),
  detail: undefined,
  span: undefined,
  untracked: null,
});

const storage = shared('context', () => new AsyncLocalStorage<Context>());

function current(): Context {
  return storage.getStore() ?? NO_CONTEXT;
}

/** Returns the frame of the current code. Outside every run it is an empty frame with the role `task`. */
export function currentFrame(): SessionFrame {
  return current().frame;
}

/**
 * Runs `fn` in `frame` and returns what it returns. Everything that `fn` starts stays in that frame, even later and in
 * parallel. Spans that begin in it do not join the current trace.
 */
export function within<T>(frame: SessionFrame, fn: () => T): T {
  const { detail, untracked } = current();
  return storage.run({ frame, detail, span: undefined, untracked }, fn);
}

/** Runs `fn` in the current frame with another role, which its LM calls are recorded with. */
export function withRole<T>(role: Role, fn: () => T): T {
  const { frame, detail, span, untracked } = current();
  return storage.run({ frame: { ...frame, role }, detail, span, untracked }, fn);
}

/** Returns the context of the current code, in which {@link inContext} can run other code. */
export function currentContext(): unknown {
  return current();
}

/** Runs `fn` in a context that {@link currentContext} returned. */
export function inContext<T>(context: unknown, fn: () => T): T {
  return storage.run(context as Context, fn);
}

/** Returns the detail that the instrumentation of ax attached to the current code. Only lib/capture/ax uses it. */
export function currentDetail(): unknown {
  return current().detail;
}

/** Runs `fn` in the current frame with another detail. */
export function withDetail<T>(detail: unknown, fn: () => T): T {
  const { frame, span, untracked } = current();
  return storage.run({ frame, detail, span, untracked }, fn);
}

/** Returns the span of the current code. Only lib/track/traces uses it. */
export function currentSpan(): unknown {
  return current().span;
}

/** Runs `fn` in the current frame with another span. */
export function withSpan<T>(span: unknown, fn: () => T): T {
  const { frame, detail, untracked } = current();
  return storage.run({ frame, detail, span, untracked }, fn);
}

/** Returns the untracked scope of the current code. */
export function currentUntrackedScope(): UntrackedScope {
  return current().untracked;
}

/** Runs `fn` as part of an untracked compile or evaluation. An evaluation inside a compile counts as the compile. */
export function runUntracked<T>(untracked: 'compile' | 'evaluation', fn: () => T): T {
  const context = current();
  if (context.untracked === 'compile') return fn();
  return storage.run({ ...context, span: undefined, untracked }, fn);
}
