import { shared } from '../../../support/shared-state.js';
import type { Callable } from '../../observe/inspect.js';

interface Patch {
  readonly owner: WeakRef<object>;
  readonly name: string;
  readonly descriptor: PropertyDescriptor;
  readonly replacement: Callable;
}

const patches = shared('patches', () => ({ list: [] as Patch[] }));
const patched = shared('patched methods', () => new WeakMap<object, Map<string, Callable>>());

/** Runs in place of a method and receives the original, `this` and the arguments. */
export type Replacement = (original: Callable, self: unknown, args: unknown[]) => unknown;

/**
 * Replaces `owner[name]`, once. The method's `name` and `length` and the attributes of the property are preserved. Holds
 * the owner weakly.
 *
 * @returns whether the method is patched now; false if `owner` does not own such a method or forbids the change
 */
export function patchMethod(owner: object, name: string, run: Replacement): boolean {
  if (patched.get(owner)?.has(name)) return true;
  const descriptor = Object.getOwnPropertyDescriptor(owner, name);
  if (descriptor === undefined || typeof descriptor.value !== 'function') return false;
  if (!descriptor.configurable && !descriptor.writable) return false;
  const replacement = replace(owner, name, descriptor.value as Callable, run);
  if (!Reflect.defineProperty(owner, name, { ...descriptor, value: replacement })) return false;
  const names = patched.get(owner) ?? new Map<string, Callable>();
  names.set(name, replacement);
  patched.set(owner, names);
  patches.list.push({ owner: new WeakRef(owner), name, descriptor, replacement });
  return true;
}

/** Restores the patched properties of one object, e.g. of a plain object that was instrumented for one compile. */
export function restoreObject(owner: object): void {
  restore(patches.list.filter((patch) => patch.owner.deref() === owner));
  patches.list = patches.list.filter((patch) => patch.owner.deref() !== owner);
}

/** Returns whether `owner[name]` is patched. */
export function isPatched(owner: object, name: string): boolean {
  return patched.get(owner)?.has(name) ?? false;
}

/**
 * Restores every patched property. If other code has replaced a property since, its replacement stays; the patch below it
 * passes calls through when tracking is off.
 */
export function restorePatches(): void {
  restore(patches.list.reverse());
  patches.list = [];
}

function restore(list: readonly Patch[]): void {
  for (const { owner, name, descriptor, replacement } of list) {
    const object = owner.deref();
    if (object === undefined) continue;
    patched.get(object)?.delete(name);
    if (Object.getOwnPropertyDescriptor(object, name)?.value !== replacement) continue;
    Reflect.defineProperty(object, name, descriptor);
  }
}

/**
 * Returns the replacement of a method. For a class, that is a function like the original. For a single object, it is a
 * Proxy of the user's function, so that its own properties (the counters of a test double) stay current.
 */
function replace(owner: object, name: string, original: Callable, run: Replacement): Callable {
  if (!Object.hasOwn(owner, 'constructor')) {
    return new Proxy(original, { apply: (target, self: unknown, args: unknown[]) => run(target, self, args) });
  }
  // Method shorthand creates a function without `prototype`, as methods of classes are.
  const holder: Record<string, Callable> = {
    [name](this: unknown, ...args) {
      return run(original, this, args);
    },
  };
  const replacement = holder[name] as Callable;
  for (const key of Reflect.ownKeys(original)) {
    const descriptor = Object.getOwnPropertyDescriptor(original, key);
    if (descriptor !== undefined) Reflect.defineProperty(replacement, key, descriptor);
  }
  // An async method stays recognizable as one (`Object.prototype.toString`).
  Object.setPrototypeOf(replacement, Object.getPrototypeOf(original) as object);
  return replacement;
}

const trackedMethods = shared('tracked methods', () => new WeakSet<object>());

/** Marks a method as tracked, e.g. by a decorator, so that the instrumentation of ax opens no compile for its calls. */
export function markAsTracked(method: object): void {
  trackedMethods.add(method);
}

/** Returns whether {@link markAsTracked} was called for the method. */
export function isMarkedAsTracked(method: object): boolean {
  return trackedMethods.has(method);
}
