import { types } from 'node:util';
import { followGenerator } from './generators.js';
import { guard } from './guard.js';
import type { Outcome } from './outcome.js';
import { type Settling, settle, type Thenables } from './promises.js';
import { followStream } from './streams.js';

/** Observes one call. If one of its methods throws, the error becomes a warning. */
export interface Follower {
  /** Runs the call, and each step of a generator that it returned, exactly once. Default: calls `fn`. */
  within?<T>(fn: () => T): T;
  /** Receives the outcome, once, after the call and the generator or stream that it returned have ended. */
  ended(outcome: Outcome): void;
  /** Returns how to follow a returned object as a generator or stream. Default: returned objects are plain values. */
  steps?(value: object): Steps | undefined;
  /** Default: `promises`. */
  readonly thenables?: Thenables;
}

/** Follows a generator or stream to its end. It must not hold a reference to it, so that it can be garbage-collected. */
export interface Steps {
  /** Runs one step of a generator, exactly once. Default: the follower's `within`. */
  within?<T>(step: () => T): T;
  /** Receives each yielded value or chunk, unchanged. */
  yielded?(value: unknown): void;
  /** Skips a generator that another follower follows already. Default: false; both follow it, this one outermost. */
  readonly skipIfFollowed?: boolean;
}

/**
 * Runs a call and reports how it ended: by a value, a throw, a promise, a thenable, a generator or a stream. A promise
 * that the caller receives settles as the original does; generators and streams keep their identity.
 *
 * @returns the value that `run` returns, or a promise derived from it
 * @throws the error that `run` throws
 */
export function follow<T>(run: () => T, follower: Follower): T {
  const call = new FollowedCall(follower);
  let value: T;
  try {
    value = runWithin(follower, run);
  } catch (error) {
    call.rejected(error);
    throw error;
  }
  return settle(value, call, follower.thenables ?? 'promises') as T;
}

class FollowedCall implements Settling {
  readonly #follower: Follower;
  #open = true;

  constructor(follower: Follower) {
    this.#follower = follower;
  }

  fulfilled(value: unknown): void {
    if (typeof value !== 'object' || value === null || !this.#followSteps(value)) this.end({ failed: false, value });
  }

  rejected(error: unknown): void {
    this.end({ failed: true, error });
  }

  ignored(value: unknown): void {
    this.end({ failed: false, value, unobserved: true });
  }

  end(outcome: Outcome): void {
    if (!this.#open) return;
    this.#open = false;
    guard('recording the end of a call', () => this.#follower.ended(outcome));
  }

  /** Returns true if the value is a generator or stream whose end will end the call. */
  #followSteps(value: object): boolean {
    const follower = this.#follower;
    const steps = follower.steps && guard('following a generator', () => follower.steps?.(value));
    if (steps === undefined) return false;
    if (value instanceof ReadableStream) return followStream(value, new FollowedSteps(this, steps, follower));
    if (steps.skipIfFollowed && Object.hasOwn(value, 'next')) return true;
    return followGenerator(value, new FollowedSteps(this, steps, follower));
  }
}

/** The steps of one generator or stream. */
class FollowedSteps {
  readonly #call: FollowedCall;
  readonly #steps: Steps;
  readonly #follower: Follower;
  #last: unknown;

  constructor(call: FollowedCall, steps: Steps, follower: Follower) {
    this.#call = call;
    this.#steps = steps;
    this.#follower = follower;
  }

  run<T>(step: () => T): T {
    return runWithin(this.#steps.within === undefined ? this.#follower : this.#steps, step);
  }

  yielded(value: unknown): void {
    this.#last = value;
    if (this.#steps.yielded) guard('recording what was yielded', () => this.#steps.yielded?.(value));
  }

  returned(value: unknown): void {
    this.#call.end({ failed: false, value: value === undefined ? this.#last : value });
  }

  failed(error: unknown): void {
    this.#call.rejected(error);
  }

  abandoned(): void {
    this.#call.end({ failed: false, cancelled: true });
  }
}

/** Follows generators; other objects are plain values. */
export function generatorSteps(value: object): Steps | undefined {
  return types.isGeneratorObject(value) ? ANY_STEPS : undefined;
}

const ANY_STEPS: Steps = Object.freeze({});

/** Runs `fn` inside `scope.within`, exactly once, even if `within` itself fails. Returns or throws as `fn` does. */
function runWithin<T>(scope: { within?<R>(fn: () => R): R }, fn: () => T): T {
  if (scope.within === undefined) return fn();
  let ran = false;
  let threw = false;
  let result: unknown;
  const body = (): void => {
    ran = true;
    try {
      result = fn();
    } catch (error) {
      threw = true;
      result = error;
    }
  };
  guard('entering the scope of a call', () => scope.within?.(body));
  if (!ran) body();
  if (threw) throw result;
  return result as T;
}
