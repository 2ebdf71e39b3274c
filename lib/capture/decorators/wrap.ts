import { shared } from '../../support/shared-state.js';
import { tracker } from '../../track/tracker.js';
import { leaveAlone } from '../ax/index.js';
import { guard } from '../guard.js';
import type { Callable } from '../inspect.js';
import { type Follower, follow } from '../observe/follow.js';
import type { Kind } from './options.js';

/** A tracked call that is going on. */
export interface OpenCall extends Follower {
  /** Set if the method gets other arguments than the caller's: `watchMetric`. */
  readonly args?: readonly unknown[];
}

/** Opens the tracking of one call; `null` leaves the call alone. */
export type Opener = (self: unknown, args: readonly unknown[], wrapper: Callable) => OpenCall | null;

/** The wrappers: which decorator made each, and round what. */
const wrappers = shared(
  'wrappers',
  () => new WeakMap<Callable, { readonly kind: Kind; readonly original: Callable }>(),
);

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
  const tracked: Tracked = { method: inherited ?? (() => original), open };
  const wrapped: Callable = {
    method(this: unknown, ...args: readonly unknown[]) {
      if (!tracker.on) return Reflect.apply(inherited === undefined ? original : inherited(), this, args);
      return runTracked(tracked, this, args, wrapped);
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

interface Tracked {
  /** Finds the method. Asked last: opening may instrument the class that it is inherited from. */
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
