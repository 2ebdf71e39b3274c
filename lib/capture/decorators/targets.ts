import { AutologError } from '../../contract/errors.js';
import { received } from '../../support/received.js';
import { type Callable, classNameOf, findProperty, isFunction, isObject } from '../observe/inspect.js';
import { compileOpener } from './compile.js';
import { evaluationOpener } from './evaluation.js';
import { isTracked, type MethodRecord, recordOf, reflect } from './metadata.js';
import type { Kind, Plan } from './options.js';
import { checkSources } from './roles.js';
import { isWrappedBy, wrap } from './wrap.js';

/** Methods to track if none is named: all that exist for `trackCompile`, the first that exists for the others. */
const DEFAULT_METHODS: Readonly<Record<Kind, readonly string[]>> = {
  trackCompile: ['compile', 'compileStream', 'compilePareto'],
  trackEval: ['evaluate', 'run', 'call'],
  trackTrial: ['evaluate', 'run', 'call'],
};

/** Returns the method at `key`, own or inherited. Getters and `Function.prototype.call` do not count. */
function methodAt(holder: object, key: PropertyKey): Callable | undefined {
  const found = findProperty(holder, key);
  const value: unknown = found?.descriptor.value;
  return isFunction(value) && found?.owner !== Function.prototype ? value : undefined;
}

/** Returns whether the value is an object to track rather than options: it has the method, or one is named. */
export function isTrackable(kind: Kind, value: unknown, method: string | undefined): value is object {
  if (!isObject(value)) return false;
  if (method !== undefined) return true;
  const names = kind === 'trackCompile' ? ['compile'] : DEFAULT_METHODS[kind];
  return names.some((name) => methodAt(value, name) !== undefined);
}

/** Tracks one object by shadowing its methods with tracked own ones. */
export function trackObject(object: object, plan: Plan): void {
  const where = `${plan.kind}() on ${received(object)}`;
  const names = methodsToTrack(object, plan);
  if (names.length === 0) throw noMethod(plan, where, object);
  checkSources(methodAt(object, names[0] as string) as Callable, plan.sources, where);
  for (const name of names) trackProperty(plan, { holder: object, name, fullName: name, recordHolder: object, where });
}

/**
 * Tracks the methods of a class: those of its instances, or else its static ones.
 *
 * @param metadata the decorator metadata, which the class itself carries only after all its decorators have run
 */
export function trackClass(target: Callable, plan: Plan, metadata?: object): void {
  const where = `@${plan.kind}() on class ${target.name || '(anonymous)'}`;
  if (plan.kind === 'trackTrial' && plan.options.method === undefined) {
    throw new AutologError(
      'AXL_DECORATOR_TARGET',
      `the target of @trackTrial() must be a method, got the class ${target.name || '(anonymous)'}. Put it on the method ` +
        `that scores one candidate, or name that method: @trackTrial({ method: '…' })`,
    );
  }
  const prototype = target.prototype as object;
  const inInstances = methodsToTrack(prototype, plan);
  const isStatic = inInstances.length === 0;
  const names = isStatic ? methodsToTrack(target, plan) : inInstances;
  if (names.length === 0) throw noMethod(plan, where, prototype);
  const holder = isStatic ? target : prototype;
  checkSources(methodAt(holder, names[0] as string) as Callable, plan.sources, where);
  for (const name of names) {
    const fullName = `${isStatic ? 'static ' : ''}${name}`;
    if (metadata && isTracked(metadata, plan.kind, fullName)) throw decoratedTwice(plan.kind, where);
    trackProperty(plan, { holder, name, fullName, recordHolder: target, where });
  }
  reflect(`ax-autolog:${plan.kind}`, reflectedMetadata(plan, names.join(', ')), target);
}

/**
 * Returns the tracked wrapper of a decorated method.
 *
 * @param name the method's name, with `#` if it is private and `static` if it is static
 */
export function trackMethod(method: Callable, plan: Plan, name: string): Callable {
  const where = `@${plan.kind}() on method ${name}`;
  if (plan.options.method !== undefined) {
    throw new AutologError(
      'AXL_BAD_OPTIONS',
      `${where}: option 'method' must be absent on a method, got '${plan.options.method}'. Remove it, or move the ` +
        `decorator to the class.`,
    );
  }
  return tracked(method, plan, name, where);
}

/** Returns the record of a tracked method. */
export function methodRecord(plan: Plan, method: string): MethodRecord {
  return { kind: plan.kind, method, label: plan.options.label ?? null, sources: Object.freeze({ ...plan.sources }) };
}

/** Returns the reflect-metadata value of a tracked method. */
export function reflectedMetadata(plan: Plan, method: string): object {
  return { method, label: plan.options.label ?? null, roles: Object.freeze({ ...plan.sources }) };
}

/** Returns the error `AXL_DECORATED_TWICE`. */
export function decoratedTwice(kind: Kind, where: string): AutologError {
  return new AutologError(
    'AXL_DECORATED_TWICE',
    `${where}: the method must be untracked, got one that ${kind} tracks already. Keep one @${kind}(), on the method or on ` +
      'its class.',
  );
}

function methodsToTrack(holder: object, plan: Plan): readonly string[] {
  const { method } = plan.options;
  if (method !== undefined) return methodAt(holder, method) === undefined ? [] : [method];
  const existing = DEFAULT_METHODS[plan.kind].filter((name) => methodAt(holder, name) !== undefined);
  return plan.kind === 'trackCompile' ? existing : existing.slice(0, 1);
}

interface Property {
  readonly holder: object;
  readonly name: string;
  /** The name, preceded by `static` for a static method. */
  readonly fullName: string;
  /** The class or object whose record gets the method. */
  readonly recordHolder: object;
  /** Names the decorated class or object in messages. */
  readonly where: string;
}

function trackProperty(plan: Plan, { holder, name, fullName, recordHolder, where }: Property): void {
  const found = findProperty(holder, name);
  const method = found?.descriptor.value as Callable;
  const isOwn = found?.owner === holder;
  if (isTracked(recordHolder, plan.kind, fullName)) throw decoratedTwice(plan.kind, where);
  const inherited = isOwn
    ? undefined
    : () => (Object.getPrototypeOf(holder) as Record<string, Callable>)[name] as Callable;
  if (inherited === undefined && isWrappedBy(method, plan.kind)) throw decoratedTwice(plan.kind, where);
  const value = wrap(plan.kind, method, openerOf(plan, fullName, method), inherited);
  const flags = isOwn ? found.descriptor : { configurable: true, enumerable: false, writable: true };
  if (!Reflect.defineProperty(holder, name, { ...flags, value })) {
    throw new AutologError(
      'AXL_DECORATOR_TARGET',
      `${where}: its property ${name} must be configurable, got a frozen object or property. Track it before it is ` +
        `frozen, or track its class.`,
    );
  }
  recordOf(recordHolder).methods.push(methodRecord(plan, fullName));
}

function tracked(method: Callable, plan: Plan, name: string, where: string): Callable {
  if (isWrappedBy(method, plan.kind)) throw decoratedTwice(plan.kind, where);
  checkSources(method, plan.sources, where);
  return wrap(plan.kind, method, openerOf(plan, name, method));
}

function openerOf(plan: Plan, name: string, method: Callable) {
  return plan.kind === 'trackCompile' ? compileOpener(plan, name, method) : evaluationOpener(plan, name, method);
}

function noMethod(plan: Plan, where: string, holder: object): AutologError {
  const wanted = plan.options.method ?? DEFAULT_METHODS[plan.kind].join(', ');
  const has = methodNames(holder);
  const name = classNameOf(holder);
  return new AutologError(
    'AXL_NO_METHOD',
    `${where}: the target must have a method ${wanted}, got ${name || 'an object'} with ${has.join(', ') || 'no methods'}. ` +
      `Name the method to track with the option 'method', or decorate it. Functions in fields and getters do not count.`,
  );
}

function methodNames(holder: object): string[] {
  const names = new Set<string>();
  for (let at: object | null = holder; at && at !== Object.prototype && at !== Function.prototype; ) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(at))) {
      if (name !== 'constructor' && typeof value === 'function') names.add(name);
    }
    at = Object.getPrototypeOf(at) as object | null;
  }
  return [...names].slice(0, 40);
}
