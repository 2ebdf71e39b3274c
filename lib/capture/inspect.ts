import { types } from 'node:util';

/** Any function, seen as something to call with `this` and arguments. */
export type Callable = (this: unknown, ...args: unknown[]) => unknown;

/** An object or function of unknown shape. */
export type UnknownObject = Record<PropertyKey, unknown>;

/** True for objects and functions: whatever may have properties. */
export function isObject(value: unknown): value is UnknownObject {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

export function isFunction(value: unknown): value is Callable {
  return typeof value === 'function';
}

/** An object literal, or one without a prototype. Proxies are not asked, and are none. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return !types.isProxy(value) && hasPlainPrototype(value);
}

/** As {@link isPlainObject}, but a proxy is asked. */
export function hasPlainPrototype(value: unknown): value is UnknownObject {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** The value if it is an array. */
export function asArray(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

/** The value if it is a string that is not empty. */
export function asText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Name of a function that has one. */
export function functionName(value: unknown): string | undefined {
  return typeof value === 'function' ? asText(value.name) : undefined;
}

export function isScalar(value: unknown): value is string | number | boolean | bigint | null {
  return (
    value === null ||
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'boolean' ||
    typeof value === 'bigint'
  );
}

/** `object[name]`, or `undefined` if there is none or reading it throws. Getters are run; see {@link ownValue}. */
export function safeGet(object: unknown, name: PropertyKey): unknown {
  if (!isObject(object)) return undefined;
  try {
    return object[name];
  } catch {
    return undefined;
  }
}

/** `object[name]` if it is a function. Never throws. */
export function methodOf(object: unknown, name: PropertyKey): Callable | undefined {
  const value = safeGet(object, name);
  return typeof value === 'function' ? (value as Callable) : undefined;
}

/** Calls `object[name](...args)`; `undefined` if there is no such method or it throws. */
export function safeCall(object: unknown, name: PropertyKey, ...args: unknown[]): unknown {
  const method = methodOf(object, name);
  if (method === undefined) return undefined;
  try {
    return method.apply(object, args);
  } catch {
    return undefined;
  }
}

/** The object itself or the first on its prototype chain that owns `name`. */
export function ownerOf(object: unknown, name: PropertyKey): object | undefined {
  let owner: unknown = object;
  while (isObject(owner)) {
    if (Object.hasOwn(owner, name)) return owner;
    owner = Object.getPrototypeOf(owner);
  }
  return undefined;
}

/** Own data property `key`. Getters are not run, proxies are not asked. */
export function ownValue(object: unknown, key: PropertyKey): unknown {
  if (!isObject(object) || types.isProxy(object)) return undefined;
  return Object.getOwnPropertyDescriptor(object, key)?.value;
}

/** The property descriptor of `key` on the object or its prototype chain, and who owns it. Getters are not run. */
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

/** Type and, for functions and class instances, name of a value, for error messages. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'function') return `function ${value.name || '(anonymous)'}`;
  if (typeof value !== 'object') return `${typeof value} ${typeof value === 'string' ? `'${value}'` : String(value)}`;
  const name = classNameOf(value);
  return name === 'Object' ? 'an object' : `an instance of ${name}`;
}

/** Name of an object's class; a class's own name. */
export function classNameOf(value: unknown): string {
  if (typeof value === 'function') return value.name;
  if (!isObject(value) || types.isProxy(value)) return '';
  const owner: unknown = findProperty(value, 'constructor')?.descriptor.value;
  return typeof owner === 'function' ? owner.name : '';
}
