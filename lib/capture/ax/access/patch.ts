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

/** What runs in place of a method: gets the original, `this` and the arguments. */
export type Replacement = (original: Callable, self: unknown, args: unknown[]) => unknown;

/**
 * Replaces `owner[name]` by `instead`, once. `name`, `length` and the property's attributes stay. Owners
 * are held weakly. Does nothing where `owner` does not own a method of that name or forbids the change.
 *
 * @returns whether the method is patched now
 */
export function patchMethod(owner: object, name: string, instead: Replacement): boolean {
  if (patched.get(owner)?.has(name)) return true;
  const descriptor = Object.getOwnPropertyDescriptor(owner, name);
  if (descriptor === undefined || typeof descriptor.value !== 'function') return false;
  if (!descriptor.configurable && !descriptor.writable) return false;
  const replacement = replace(owner, name, descriptor.value as Callable, instead);
  if (!Reflect.defineProperty(owner, name, { ...descriptor, value: replacement })) return false;
  const names = patched.get(owner) ?? new Map<string, Callable>();
  names.set(name, replacement);
  patched.set(owner, names);
  patches.list.push({ owner: new WeakRef(owner), name, descriptor, replacement });
  return true;
}

/** Puts the patched properties of one object back, e.g. of a plain object that was only watched during one compile. */
export function restoreObject(owner: object): void {
  restore(patches.list.filter((patch) => patch.owner.deref() === owner));
  patches.list = patches.list.filter((patch) => patch.owner.deref() !== owner);
}

/** Whether `owner[name]` is a replacement of ours. */
export function isPatched(owner: object, name: string): boolean {
  return patched.get(owner)?.has(name) ?? false;
}

/**
 * Puts every patched property back as it was. A property that somebody else replaced after us is left to them; our
 * function underneath passes everything through once tracking is off.
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
 * On a class: a function like the original. On a single object: a Proxy of it, so that what the user keeps on his own
 * function (a test double's counters) stays live.
 *
 * Callable shorthand, because a method has no `prototype` unless the original has.
 */
function replace(owner: object, name: string, original: Callable, instead: Replacement): Callable {
  if (!Object.hasOwn(owner, 'constructor')) {
    return new Proxy(original, { apply: (target, self: unknown, args: unknown[]) => instead(target, self, args) });
  }
  const holder: Record<string, Callable> = {
    [name](this: unknown, ...args) {
      return instead(original, this, args);
    },
  };
  const replacement = holder[name] as Callable;
  for (const key of Reflect.ownKeys(original)) {
    const descriptor = Object.getOwnPropertyDescriptor(original, key);
    if (descriptor !== undefined) Reflect.defineProperty(replacement, key, descriptor);
  }
  // An async method stays one to those who ask (`Object.prototype.toString`).
  Object.setPrototypeOf(replacement, Object.getPrototypeOf(original) as object);
  return replacement;
}

const elsewhere = shared('methods tracked elsewhere', () => new WeakSet<object>());

/**
 * Marks a method as tracked by somebody else, e.g. by a decorator: ax's instrumentation then opens no compile round it.
 */
export function markAsTracked(method: object): void {
  elsewhere.add(method);
}

/** Whether the method is tracked by somebody else. */
export function isMarkedAsTracked(method: object): boolean {
  return elsewhere.has(method);
}
