import { types } from 'node:util';
import { guard } from '../guard.js';
import { followGenerator } from './generators.js';
import type { Outcome } from './outcome.js';
import { type Settling, settle, type Thenables } from './promises.js';
import { followStream } from './streams.js';

/** What hears of one call. Errors of its own become a warning. */
export interface Follower {
  /** Runs the call, and each step of a generator it returned, exactly once. Default: runs it. */
  within?<T>(fn: () => T): T;
  /** The call is over, and so is the generator or stream that it returned. Called once. */
  ended(outcome: Outcome): void;
  /** Decides whether an object that was returned is followed as a generator or stream. Default: it is not. */
  steps?(value: object): Steps | undefined;
  /** Default: `promises`. */
  readonly thenables?: Thenables;
}

/** How a generator or a stream is followed to its end. It must not hold the generator or stream. */
export interface Steps {
  /** Runs one step of a generator, exactly once. Default: as the call was run. */
  within?<T>(step: () => T): T;
  /** Gets what was handed over, as it is. */
  yielded?(value: unknown): void;
  /** Leaves a generator to what follows it already. Default: it is followed by both, this one outside. */
  readonly once?: boolean;
}

/**
 * Runs a call and tells how it ended: by a value, a throw, a promise, a thenable, a generator or a stream. What the
 * caller gets settles as the original does; generators and streams stay the very objects.
 *
 * @returns what `run` returns, or a promise derived from it
 * @throws what `run` throws
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
    if (typeof value !== 'object' || value === null || !this.#goesOn(value)) this.end({ failed: false, value });
  }

  rejected(error: unknown): void {
    this.end({ failed: true, error });
  }

  left(value: unknown): void {
    this.end({ failed: false, value, unseen: true });
  }

  end(outcome: Outcome): void {
    if (!this.#open) return;
    this.#open = false;
    guard('recording the end of a call', () => this.#follower.ended(outcome));
  }

  /** Whether the value is a generator or stream, which is followed from here on. */
  #goesOn(value: object): boolean {
    const follower = this.#follower;
    const steps = follower.steps && guard('following a generator', () => follower.steps?.(value));
    if (steps === undefined) return false;
    if (value instanceof ReadableStream) return followStream(value, new FollowedSteps(this, steps, follower));
    if (steps.once && Object.hasOwn(value, 'next')) return true;
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

  left(): void {
    this.#call.end({ failed: false, cancelled: true });
  }
}

/** Follows what is a generator, and nothing else. */
export function generatorSteps(value: object): Steps | undefined {
  return types.isGeneratorObject(value) ? ANY_STEPS : undefined;
}

const ANY_STEPS: Steps = Object.freeze({});

/** Runs `fn` in the frame of a call, exactly once, even if the frame itself fails. Returns or throws as `fn` does. */
function runWithin<T>(frame: { within?<R>(fn: () => R): R }, fn: () => T): T {
  if (frame.within === undefined) return fn();
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
  guard('entering the frame of a call', () => frame.within?.(body));
  if (!ran) body();
  if (threw) throw result;
  return result as T;
}
