import { shared } from '../../support/shared-state.js';
import { tracker } from '../../track/tracker.js';
import { markAsTracked } from '../ax/index.js';
import { type Follower, follow } from '../observe/follow.js';
import { guard } from '../observe/guard.js';
import type { Callable } from '../observe/inspect.js';
import type { Kind } from './options.js';

/** A running tracked call. */
export interface OpenCall extends Follower {
  /** Replaces the caller's arguments. Used by `watchMetric` only. */
  readonly args?: readonly unknown[];
}

/** Starts to track one call. Returns `null` if the call is not tracked. */
export type Opener = (self: unknown, args: readonly unknown[], wrapper: Callable) => OpenCall | null;

/** The decorator and the original function of each wrapper. */
const wrappers = shared(
  'wrappers',
  () => new WeakMap<Callable, { readonly kind: Kind; readonly original: Callable }>(),
);

/** Returns whether this decorator has wrapped the function already, directly or below other tracking decorators. */
export function isWrappedBy(fn: Callable, kind: Kind): boolean {
  for (let at = wrappers.get(fn); at !== undefined; at = wrappers.get(at.original)) {
    if (at.kind === kind) return true;
  }
  return false;
}

/**
 * Returns the wrapper of a tracked method. It passes on `this` and the caller's arguments, returns or throws as the method
 * does, and looks like it: name, length, own properties and kind of function are preserved, and it is no constructor.
 *
 * @param inherited for an inherited method: returns the method that a call would reach without the wrapper
 */
export function wrap(kind: Kind, original: Callable, open: Opener, inherited?: () => Callable): Callable {
  const tracked: Tracked = { method: inherited ?? (() => original), open };
  const wrapped: Callable = {
    method(this: unknown, ...args: readonly unknown[]) {
      if (!tracker.on) return Reflect.apply(inherited === undefined ? original : inherited(), this, args);
      return runTracked(tracked, this, args, wrapped);
    },
  }.method;
  makeLookLike(wrapped, original);
  wrappers.set(wrapped, { kind, original });
  if (kind === 'trackCompile') markAsTracked(wrapped);
  return wrapped;
}

/** Copies a function's own properties, such as name and length, and its kind (async, generator) to a wrapper. */
export function makeLookLike(wrapped: Callable, original: Callable): void {
  for (const key of Reflect.ownKeys(original)) {
    if (key === 'prototype' || key === 'arguments' || key === 'caller') continue;
    const descriptor = Object.getOwnPropertyDescriptor(original, key);
    if (descriptor) Object.defineProperty(wrapped, key, descriptor);
  }
  const prototype = Object.getPrototypeOf(original) as object | null;
  if (prototype !== Function.prototype) Object.setPrototypeOf(wrapped, prototype);
}

interface Tracked {
  /** Returns the method. Called after `open`, which may instrument the class that the method is inherited from. */
  readonly method: () => Callable;
  readonly open: Opener;
}

function runTracked({ method, open }: Tracked, self: unknown, args: readonly unknown[], wrapped: Callable): unknown {
  const call = guard('starting to track a call', () => open(self, args, wrapped)) ?? null;
  const original = method();
  if (call === null) return Reflect.apply(original, self, args);
  const passed = call.args ?? args;
  return follow(() => Reflect.apply(original, self, passed), call);
}
