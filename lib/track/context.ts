import { AsyncLocalStorage } from 'node:async_hooks';
import type { Role } from '../contract/events.js';
import { shared } from '../support/shared-state.js';
import type { CompileTracker, EvaluationTracker, RunTracker } from './types.js';

/**
 * Where the code that runs now belongs. Immutable: entering something makes a new frame, so parallel and nested work
 * never see each other's.
 */
export interface SessionFrame {
  readonly run: RunTracker | null;
  readonly compile: CompileTracker | null;
  /** The trial (inside a compile) or evaluation (outside of one) that runs now. */
  readonly evaluation: EvaluationTracker | null;
  readonly role: Role;
}

/** The untracked compile or evaluation that code runs in. It decides which switch the traces of that code follow. */
export type UntrackedScope = 'compile' | 'evaluation' | null;

/** One store for everything: Node 20 copies each AsyncLocalStorage's store to every promise that is made. */
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

/** The empty frame: no run, calls are for the task. */
export const NO_FRAME: SessionFrame = NO_CONTEXT.frame;

function current(): Context {
  return storage.getStore() ?? NO_CONTEXT;
}

/** The frame of the code that runs now, or {@link NO_FRAME}. */
export function currentFrame(): SessionFrame {
  return current().frame;
}

/**
 * Runs `fn` in `frame`; everything it starts, also later and in parallel, stays in that frame. What is traced in it is no
 * part of the trace round it. Returns what `fn` returns.
 */
export function within<T>(frame: SessionFrame, fn: () => T): T {
  const { detail, untracked } = current();
  return storage.run({ frame, detail, span: undefined, untracked }, fn);
}

/** Runs `fn` with LM calls marked as made for `role`; otherwise in the current frame. */
export function withRole<T>(role: Role, fn: () => T): T {
  const { frame, detail, span, untracked } = current();
  return storage.run({ frame: { ...frame, role }, detail, span, untracked }, fn);
}

/** Where the code that runs now belongs, to run other code in by {@link inContext}. */
export function currentContext(): unknown {
  return current();
}

/** Runs `fn` where {@link currentContext} was asked. */
export function inContext<T>(context: unknown, fn: () => T): T {
  return storage.run(context as Context, fn);
}

/** What the instrumentation knows of the code that runs now beyond its frame; only lib/ax keeps something here. */
export function currentDetail(): unknown {
  return current().detail;
}

/** Runs `fn` in the current frame with another detail. */
export function withDetail<T>(detail: unknown, fn: () => T): T {
  const { frame, span, untracked } = current();
  return storage.run({ frame, detail, span, untracked }, fn);
}

/** The span that the code runs in; only lib/traces keeps something here. */
export function currentSpan(): unknown {
  return current().span;
}

/** Runs `fn` in the current frame with another span. */
export function withSpan<T>(span: unknown, fn: () => T): T {
  const { frame, detail, untracked } = current();
  return storage.run({ frame, detail, span, untracked }, fn);
}

/** Returns the untracked compile or evaluation that the code runs in now, or `null`. */
export function currentUntrackedScope(): UntrackedScope {
  return current().untracked;
}

/** Runs `fn` as part of an untracked compile or evaluation. An evaluation inside a compile is part of the compile. */
export function runUntracked<T>(untracked: 'compile' | 'evaluation', fn: () => T): T {
  const context = current();
  if (context.untracked === 'compile') return fn();
  return storage.run({ ...context, span: undefined, untracked }, fn);
}
