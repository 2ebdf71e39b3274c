import { types } from 'node:util';

/** A function with `this` and arguments of unknown types. */
export type Callable = (this: unknown, ...args: unknown[]) => unknown;

/** An object or function of unknown shape. */
export type UnknownObject = Record<PropertyKey, unknown>;

/** Returns true for objects and functions. */
export function isObject(value: unknown): value is UnknownObject {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** Returns true for functions, classes included. */
export function isFunction(value: unknown): value is Callable {
  return typeof value === 'function';
}

/** Returns true for object literals and objects without a prototype, false for proxies. Runs no proxy trap. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return !types.isProxy(value) && hasPlainPrototype(value);
}

/** Returns the same as {@link isPlainObject}, except that a proxy counts as its target. Runs proxy traps. */
export function hasPlainPrototype(value: unknown): value is UnknownObject {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Returns the value if it is an array. */
export function asArray(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

/** Returns the value if it is a non-empty string. */
export function asText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Returns the name of a function; `undefined` for anything else and for anonymous functions. */
export function functionName(value: unknown): string | undefined {
  return typeof value === 'function' ? asText(value.name) : undefined;
}

/** Returns true for `null`, strings, numbers, booleans and bigints. */
export function isScalar(value: unknown): value is string | number | boolean | bigint | null {
  return (
    value === null ||
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'boolean' ||
    typeof value === 'bigint'
  );
}

/** Returns `object[name]`, or `undefined` if reading it throws. Runs getters; {@link ownValue} does not. */
export function safeGet(object: unknown, name: PropertyKey): unknown {
  if (!isObject(object)) return undefined;
  try {
    return object[name];
  } catch {
    return undefined;
  }
}

/** Returns `object[name]` if it is a function. Never throws. */
export function methodOf(object: unknown, name: PropertyKey): Callable | undefined {
  const value = safeGet(object, name);
  return typeof value === 'function' ? (value as Callable) : undefined;
}

/** Calls `object[name](...args)`. Returns `undefined` if there is no such method or it throws. */
export function safeCall(object: unknown, name: PropertyKey, ...args: unknown[]): unknown {
  const method = methodOf(object, name);
  if (method === undefined) return undefined;
  try {
    return method.apply(object, args);
  } catch {
    return undefined;
  }
}

/** Returns the object itself, or the first on its prototype chain, that owns `name`. */
export function ownerOf(object: unknown, name: PropertyKey): object | undefined {
  let owner: unknown = object;
  while (isObject(owner)) {
    if (Object.hasOwn(owner, name)) return owner;
    owner = Object.getPrototypeOf(owner);
  }
  return undefined;
}

/** Returns the own data property `key`. Runs neither getters nor proxy traps. */
export function ownValue(object: unknown, key: PropertyKey): unknown {
  if (!isObject(object) || types.isProxy(object)) return undefined;
  return Object.getOwnPropertyDescriptor(object, key)?.value;
}

/** Returns the descriptor of `key` on the object or its prototype chain, and the object that owns it. Runs no getter. */
export function findProperty(
  object: object,
  key: PropertyKey,
): { readonly owner: object; readonly descriptor: PropertyDescriptor } | undefined {
  for (let owner: object | null = object; owner !== null; owner = Object.getPrototypeOf(owner) as object | null) {
    const descriptor = Object.getOwnPropertyDescriptor(owner, key);
    if (descriptor) return { owner, descriptor };
  }
  return undefined;
}

/** Returns the name of an object's class, or of the class itself; `''` if there is none. */
export function classNameOf(value: unknown): string {
  if (typeof value === 'function') return value.name;
  if (!isObject(value) || types.isProxy(value)) return '';
  const owner: unknown = findProperty(value, 'constructor')?.descriptor.value;
  return typeof owner === 'function' ? owner.name : '';
}
