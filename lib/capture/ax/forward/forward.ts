import { shared } from '../../../support/shared-state.js';
import { currentFrame, type SessionFrame } from '../../../track/context.js';
import { tracker } from '../../../track/tracker.js';
import { follow } from '../../observe/follow.js';
import { patchMethod } from '../access/patch.js';
import { currentWatch, insideForward, isInside } from '../access/scope.js';
import { instrumentService } from '../calls/services.js';
import { patchAttempts } from './attempts.js';
import { type ForwardCall, traceForward } from './program-span.js';
import { patchStreamingForward } from './streaming.js';

/** One finished `forward` of a program that was not called from inside another program's `forward`. */
export interface FinishedForward {
  readonly program: object;
  readonly input: unknown;
  readonly options: unknown;
  /** What it resolved to; `undefined` when it failed. */
  readonly output?: unknown;
  /** The very object it threw. */
  readonly error?: unknown;
  readonly failed: boolean;
  readonly durationMs: number;
  /** The trace that began with it, where one did. */
  readonly traceId?: string;
  /** Where the call belongs: the frame it was made in. */
  readonly frame: SessionFrame;
}

const listeners = shared('forward listeners', () => new Set<(seen: FinishedForward) => void>());

/**
 * Calls `listener` after each top-level `forward` of an instrumented program (see `instrumentProgram`), before its caller goes
 * on. Listeners must not throw.
 *
 * @returns a function that ends the watch
 */
export function watchForwards(listener: (seen: FinishedForward) => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** Makes `forward` of that class, or of that one object, visible. */
export function patchForward(owner: object): boolean {
  return patchMethod(owner, 'forward', (original, self, args) => {
    if (!tracker.on) return original.apply(self, args);
    const call: ForwardCall = { original, program: self, args, entry: owner };
    if (isInside()) return traceForward(call);
    instrumentService(args[0]);
    const watch = currentWatch();
    if (watch !== undefined && watch.program === self) {
      return watch.forward(() => insideForward(() => traceForward(call)), args);
    }
    const run = () => (listeners.size === 0 ? traceForward(call) : notifyListeners(call));
    return watch?.forwardOther === undefined ? run() : watch.forwardOther(run, self);
  });
}

function notifyListeners(call: ForwardCall): unknown {
  const { program, args } = call;
  const frame = currentFrame();
  const started = performance.now();
  let traceId: string | undefined;
  const learn = (id: string): void => {
    traceId = id;
  };
  return follow(() => insideForward(() => traceForward(call, learn)), {
    ended({ failed, error, value }) {
      const durationMs = performance.now() - started;
      const trace = traceId === undefined ? {} : { traceId };
      const seen = {
        program: program as object,
        input: args[1],
        options: args[2],
        failed,
        durationMs,
        frame,
        ...trace,
      };
      for (const listener of listeners) listener(failed ? { ...seen, error } : { ...seen, output: value });
    },
  });
}

/** Makes the calls of a class of programs visible: whatever of them it owns. */
export function patchProgram(owner: object): void {
  patchForward(owner);
  patchStreamingForward(owner);
  patchAttempts(owner);
}
