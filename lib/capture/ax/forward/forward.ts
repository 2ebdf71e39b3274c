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

/** A finished `forward` of a program that no other program's `forward` called. */
export interface FinishedForward {
  readonly program: object;
  readonly input: unknown;
  readonly options: unknown;
  /** The value that it returned or resolved to; `undefined` if it failed. */
  readonly output?: unknown;
  /** The very object that it threw. */
  readonly error?: unknown;
  readonly failed: boolean;
  readonly durationMs: number;
  /** Id of the trace that began with it, if one did. */
  readonly traceId?: string;
  /** The frame in which it was called. */
  readonly frame: SessionFrame;
}

const listeners = shared('forward listeners', () => new Set<(run: FinishedForward) => void>());

/**
 * Calls `listener` after each top-level `forward` of an instrumented program (see `instrumentProgram`), before its caller
 * continues. Listeners must not throw.
 *
 * @returns a function that removes the listener
 */
export function watchForwards(listener: (run: FinishedForward) => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** Instruments `forward` of a class or of one object. Returns whether it is instrumented. */
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
  const setTraceId = (id: string): void => {
    traceId = id;
  };
  return follow(() => insideForward(() => traceForward(call, setTraceId)), {
    ended({ failed, error, value }) {
      const durationMs = performance.now() - started;
      const trace = traceId === undefined ? {} : { traceId };
      const run = {
        program: program as object,
        input: args[1],
        options: args[2],
        failed,
        durationMs,
        frame,
        ...trace,
      };
      for (const listener of listeners) listener(failed ? { ...run, error } : { ...run, output: value });
    },
  });
}

/** Instruments the methods that a class of programs owns: `forward`, `streamingForward` and the attempts of AxGen. */
export function patchProgram(owner: object): void {
  patchForward(owner);
  patchStreamingForward(owner);
  patchAttempts(owner);
}
