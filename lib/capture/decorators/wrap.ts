import { types } from 'node:util';
import { statusOf as statusOfError } from '../../support/abort.js';
import { tracker } from '../../track/tracker.js';
import { leaveAlone } from '../ax/index.js';
import { report } from '../guard.js';
import { type Callable, isNativePromise, isThenable } from '../inspect.js';
import { followGenerator } from '../observe.js';
import type { Kind } from './options.js';

/** Opens the tracking of one call; `null` leaves the call alone. */
export type Opener = (self: unknown, args: readonly unknown[], wrapper: Callable) => OpenCall | null;

/** The wrappers: which decorator made each, and round what. */
const wrappers = new WeakMap<Callable, { readonly kind: Kind; readonly original: Callable }>();

/** Whether this decorator has wrapped the function already, under whatever other of our decorators. */
export function isWrappedBy(fn: Callable, kind: Kind): boolean {
  for (let at = wrappers.get(fn); at !== undefined; at = wrappers.get(at.original)) {
    if (at.kind === kind) return true;
  }
  return false;
}

/**
 * The function that stands in for a tracked method. It hands on `this` and the caller's arguments, returns or throws
 * what the method does, and looks like it: name, length, own properties, kind of function, no constructor.
 *
 * @param inherited where the method is inherited: finds what a call would have reached without the wrapper
 */
export function wrap(kind: Kind, original: Callable, open: Opener, inherited?: () => Callable): Callable {
  const own = () => original;
  const wrapped: Callable = inherited
    ? {
        method(this: unknown, ...args: readonly unknown[]) {
          return tracker.on ? runTracked(inherited, open, this, args, wrapped) : Reflect.apply(inherited(), this, args);
        },
      }.method
    : {
        method(this: unknown, ...args: readonly unknown[]) {
          return tracker.on ? runTracked(own, open, this, args, wrapped) : Reflect.apply(original, this, args);
        },
      }.method;
  dressAs(wrapped, original);
  wrappers.set(wrapped, { kind, original });
  if (kind === 'trackCompile') leaveAlone(wrapped);
  return wrapped;
}

/** Makes a function look like another: own properties (name and length among them) and kind of function. */
export function dressAs(wrapped: Callable, original: Callable): void {
  for (const key of Reflect.ownKeys(original)) {
    if (key === 'prototype' || key === 'arguments' || key === 'caller') continue;
    const descriptor = Object.getOwnPropertyDescriptor(original, key);
    if (descriptor) Object.defineProperty(wrapped, key, descriptor);
  }
  const prototype = Object.getPrototypeOf(original) as object | null;
  if (prototype !== Function.prototype) Object.setPrototypeOf(wrapped, prototype);
}

/** Runs a call as a tracked one. The method is looked up last: opening may instrument the class it is inherited from. */
function runTracked(
  method: () => Callable,
  open: Opener,
  self: unknown,
  args: readonly unknown[],
  wrapped: Callable,
): unknown {
  let call: OpenCall | null = null;
  try {
    call = open(self, args, wrapped);
  } catch (error) {
    report('starting to track a call', error);
  }
  const original = method();
  if (call === null) return Reflect.apply(original, self, args);
  const passed = call.args ?? args;
  let result: unknown;
  try {
    result = runInside(call, () => Reflect.apply(original, self, passed));
  } catch (error) {
    finish(call, { failed: true, seen: true, error });
    throw error;
  }
  return settle(call, result);
}

/** Follows a return value to its end without changing how it settles. */
function settle(call: OpenCall, result: unknown): unknown {
  if (isNativePromise(result)) return derive(result, call);
  if (isThenable(result)) finish(call, { failed: false, seen: false });
  else followValue(call, result);
  return result;
}

function followValue(call: OpenCall, value: unknown): void {
  if (types.isGeneratorObject(value) && attachToGenerator(value, call)) return;
  finish(call, { failed: false, seen: true, value });
}

const { then } = Promise.prototype;

/** A promise that settles as `promise` does, and on the way ends the call. */
function derive(promise: Promise<unknown>, call: OpenCall): Promise<unknown> {
  const next = then.call(
    promise,
    (value: unknown) => {
      followValue(call, value);
      return value;
    },
    (error: unknown) => {
      finish(call, { failed: true, seen: true, error });
      throw error;
    },
  );
  // A promise that carries more, such as a cancel(), hands it on. Symbols are left: node keeps a promise's own async
  // context under one.
  for (const key of Object.getOwnPropertyNames(promise)) {
    const descriptor = Object.getOwnPropertyDescriptor(promise, key);
    if (descriptor) Object.defineProperty(next, key, descriptor);
  }
  return next;
}

/** How a tracked call ended. `seen` is false where the value cannot be looked into: a foreign thenable. */
export interface Outcome {
  readonly failed: boolean;
  readonly seen: boolean;
  readonly cancelled?: boolean;
  readonly value?: unknown;
  readonly error?: unknown;
}

/** A tracked call that is going on. */
export interface OpenCall {
  /** Set where the method gets other arguments than the caller's: `watchMetric`. */
  readonly args?: readonly unknown[];
  within<T>(fn: () => T): T;
  /** Ends it. Called again, it does nothing. */
  end(outcome: Outcome): void;
}

/** Runs `fn` inside the call's frame, exactly once, even where the frame itself fails. Returns or throws as `fn` does. */
export function runInside(call: OpenCall, fn: () => unknown): unknown {
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
  try {
    call.within(body);
  } catch (error) {
    report('entering a tracked call', error);
  }
  if (!ran) body();
  if (threw) throw result;
  return result;
}

/** Ends a call, guarded. */
export function finish(call: OpenCall, outcome: Outcome): void {
  try {
    call.end(outcome);
  } catch (error) {
    report('ending a tracked call', error);
  }
}

/** `finished`, `failed`, or `cancelled` for what was given up: an abandoned generator, an abort. */
export function statusOf(outcome: Outcome): 'finished' | 'failed' | 'cancelled' {
  if (outcome.failed) return statusOfError(outcome.error);
  return outcome.cancelled ? 'cancelled' : 'finished';
}

/**
 * Follows a generator that a tracked method returned to its end: each step runs in the call's frame. One that returns
 * nothing has as result what it yielded last.
 *
 * @returns false where the object cannot be followed
 */
export function attachToGenerator(generator: object, call: OpenCall): boolean {
  let last: unknown;
  return followGenerator(generator, {
    within: (step) => runInside(call, step),
    yielded: (value) => {
      last = value;
    },
    end: ({ failed, cancelled = false, value, error }) => {
      if (failed) finish(call, { failed, seen: true, error });
      else if (cancelled) finish(call, { failed, seen: true, cancelled });
      else finish(call, { failed, seen: true, value: value === undefined ? last : value });
    },
  });
}
