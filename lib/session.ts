import { AsyncLocalStorage } from 'node:async_hooks';
import type { Role } from './events.js';
import type { CompileTracker, EvaluationTracker, RunTracker } from './tracker/types.js';

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

/** One store for everything: Node 20 copies each AsyncLocalStorage's store to every promise that is made. */
interface Context {
  readonly frame: SessionFrame;
  readonly detail: unknown;
}

const storage = new AsyncLocalStorage<Context>();

/** The empty frame: no run, calls are for the task. */
export const NO_FRAME: SessionFrame = Object.freeze({ run: null, compile: null, evaluation: null, role: 'task' });

/** The frame of the code that runs now, or {@link NO_FRAME}. */
export function currentFrame(): SessionFrame {
  return storage.getStore()?.frame ?? NO_FRAME;
}

/** Runs `fn` in `frame`; everything it starts, also later and in parallel, stays in that frame. Returns what `fn` returns. */
export function within<T>(frame: SessionFrame, fn: () => T): T {
  return storage.run({ frame, detail: currentDetail() }, fn);
}

/** Runs `fn` with LM calls marked as made for `role`; otherwise in the current frame. */
export function withRole<T>(role: Role, fn: () => T): T {
  return within({ ...currentFrame(), role }, fn);
}

/** What the instrumentation knows of the code that runs now beyond its frame; only lib/ax keeps something here. */
export function currentDetail(): unknown {
  return storage.getStore()?.detail;
}

/** Runs `fn` in the current frame with another detail. */
export function withDetail<T>(detail: unknown, fn: () => T): T {
  return storage.run({ frame: currentFrame(), detail }, fn);
}
