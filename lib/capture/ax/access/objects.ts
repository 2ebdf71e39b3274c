/**
 * The parts of ax's objects that are read or called. All structural: a program, service or optimizer is known by what
 * it can do, because ax's ESM and CJS builds hold different classes with minified names.
 */

/** Any function, with `this`. */
export type Method = (this: unknown, ...args: unknown[]) => unknown;

/** An object of unknown shape. */
export type Bag = Record<PropertyKey, unknown>;

/** One string-valued part of a program that an optimizer may change (ax: `AxOptimizableComponent`). */
export interface Component {
  readonly key: string;
  readonly kind: string;
  readonly current: string;
}

/** Demonstrations of one program of a tree, as `setDemos` takes them. */
export interface ProgramDemos {
  readonly programId: string;
  readonly traces: readonly unknown[];
}

/** A score vector: objective to value. ax calls the only objective of a plain metric `score`. */
export type ScoreVector = Readonly<Record<string, number>>;

/** True for objects and functions: whatever may have properties. */
export function isBag(value: unknown): value is Bag {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** `object[name]` when it is a function. Never throws. */
export function methodOf(object: unknown, name: PropertyKey): Method | undefined {
  const value = read(object, name);
  return typeof value === 'function' ? (value as Method) : undefined;
}

/** `object[name]`, or `undefined` where there is none or reading it throws. */
export function read(object: unknown, name: PropertyKey): unknown {
  if (!isBag(object)) return undefined;
  try {
    return object[name];
  } catch {
    return undefined;
  }
}

/** Calls `object[name](...args)`; `undefined` where there is no such method or it throws. */
export function ask(object: unknown, name: PropertyKey, ...args: unknown[]): unknown {
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
  while (isBag(owner)) {
    if (Object.hasOwn(owner, name)) return owner;
    owner = Object.getPrototypeOf(owner);
  }
  return undefined;
}
