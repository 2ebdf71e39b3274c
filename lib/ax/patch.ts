import type { Method } from './types.js';

interface Patch {
  readonly owner: WeakRef<object>;
  readonly name: string;
  readonly descriptor: PropertyDescriptor;
  readonly replacement: Method;
}

let patches: Patch[] = [];
const patched = new WeakMap<object, Map<string, Method>>();

/** What runs in place of a method: gets the original, `this` and the arguments. */
export type Instead = (original: Method, self: unknown, args: unknown[]) => unknown;

/**
 * Replaces `owner[name]` by `instead`, once. `name`, `length` and the property's attributes stay. Owners
 * are held weakly. Does nothing where `owner` does not own a method of that name or forbids the change.
 *
 * @returns whether the method is patched now
 */
export function patchMethod(owner: object, name: string, instead: Instead): boolean {
  if (patched.get(owner)?.has(name)) return true;
  const descriptor = Object.getOwnPropertyDescriptor(owner, name);
  if (descriptor === undefined || typeof descriptor.value !== 'function') return false;
  if (!descriptor.configurable && !descriptor.writable) return false;
  const replacement = replace(name, descriptor.value as Method, instead);
  if (!Reflect.defineProperty(owner, name, { ...descriptor, value: replacement })) return false;
  const names = patched.get(owner) ?? new Map<string, Method>();
  names.set(name, replacement);
  patched.set(owner, names);
  patches.push({ owner: new WeakRef(owner), name, descriptor, replacement });
  return true;
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
  for (const { owner, name, descriptor, replacement } of patches.reverse()) {
    const object = owner.deref();
    if (object === undefined) continue;
    patched.get(object)?.delete(name);
    if (Object.getOwnPropertyDescriptor(object, name)?.value !== replacement) continue;
    Reflect.defineProperty(object, name, descriptor);
  }
  patches = [];
}

/** Method shorthand, because a method has no `prototype` of its own, as ax's have none. */
function replace(name: string, original: Method, instead: Instead): Method {
  const holder: Record<string, Method> = {
    [name](this: unknown, ...args) {
      return instead(original, this, args);
    },
  };
  const replacement = holder[name] as Method;
  for (const key of Reflect.ownKeys(original)) {
    const descriptor = Object.getOwnPropertyDescriptor(original, key);
    if (key !== 'prototype' && descriptor !== undefined) Reflect.defineProperty(replacement, key, descriptor);
  }
  return replacement;
}
