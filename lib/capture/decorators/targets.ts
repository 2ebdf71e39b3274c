import { AutologError } from '../../contract/errors.js';
import { type Callable, classNameOf, findProperty, isFunction, isObject, kindOf } from '../inspect.js';
import { compileOpener } from './compile.js';
import { evaluationOpener } from './evaluation.js';
import { isTracked, type MethodRecord, recordOf, reflect } from './metadata.js';
import type { Kind, Plan } from './options.js';
import { checkSources } from './roles.js';
import { isWrappedBy, wrap } from './wrap.js';

/** Methods that are tracked where none is named; of `trackEval` and `trackTrial` the first that exists. */
const DEFAULT_METHODS: Readonly<Record<Kind, readonly string[]>> = {
  trackCompile: ['compile', 'compileStream', 'compilePareto'],
  trackEval: ['evaluate', 'run', 'call'],
  trackTrial: ['evaluate', 'run', 'call'],
};

/** The callable at `key`, own or inherited. A getter is not run and counts as none; `call` that every function has, too. */
function methodAt(holder: object, key: PropertyKey): Callable | undefined {
  const found = findProperty(holder, key);
  const value: unknown = found?.descriptor.value;
  return isFunction(value) && found?.owner !== Function.prototype ? value : undefined;
}

/** Whether that is an object to track, rather than options: it has the method, or one is named. */
export function isTrackable(kind: Kind, value: unknown, method: string | undefined): value is object {
  if (!isObject(value)) return false;
  if (method !== undefined) return true;
  const names = kind === 'trackCompile' ? ['compile'] : DEFAULT_METHODS[kind];
  return names.some((name) => methodAt(value, name) !== undefined);
}

/** Tracks one object: its methods are shadowed by tracked ones of its own. */
export function trackObject(object: object, plan: Plan): void {
  const where = `${plan.kind}(${kindOf(object)})`;
  const names = methodsToTrack(object, plan);
  if (names.length === 0) throw noMethod(plan, where, object);
  checkSources(methodAt(object, names[0] as string) as Callable, plan.sources, where);
  for (const name of names) trackProperty(plan, { holder: object, name, fullName: name, noteOn: object, where });
}

/**
 * Tracks the methods of a class; static ones, where its instances have none of that name.
 *
 * @param metadata the class's decorator metadata, which it does not carry itself before all its decorators have run
 */
export function trackClass(target: Callable, plan: Plan, metadata?: object): void {
  const where = `@${plan.kind}() on class ${target.name || '(anonymous)'}`;
  if (plan.kind === 'trackTrial' && plan.options.method === undefined) {
    throw new AutologError(
      'AXL_DECORATOR_TARGET',
      `${where}: a trial is one method's work; put @trackTrial() on the method that scores one candidate, or name it: ` +
        `@trackTrial({ method: '…' })`,
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
    trackProperty(plan, { holder, name, fullName, noteOn: target, where });
  }
  reflect(`ax-autolog:${plan.kind}`, reflectedMetadata(plan, names.join(', ')), target);
}

/**
 * The tracked stand-in of a method that carries the decorator itself.
 *
 * @param name the method's name, with `#` and `static` where it is private and static
 */
export function trackMethod(method: Callable, plan: Plan, name: string): Callable {
  const where = `@${plan.kind}() on method ${name}`;
  if (plan.options.method !== undefined) {
    throw new AutologError(
      'AXL_BAD_OPTIONS',
      `${where}: the option method '${plan.options.method}' is for classes and objects; leave it out here, or move the ` +
        `decorator to the class`,
    );
  }
  return tracked(method, plan, name, where);
}

/** What is noted of a tracked method. */
export function methodRecord(plan: Plan, method: string): MethodRecord {
  return { kind: plan.kind, method, label: plan.options.label ?? null, sources: Object.freeze({ ...plan.sources }) };
}

/** What reflect-metadata is given of a tracked method. */
export function reflectedMetadata(plan: Plan, method: string): object {
  return { method, label: plan.options.label ?? null, roles: Object.freeze({ ...plan.sources }) };
}

export function decoratedTwice(kind: Kind, where: string): AutologError {
  return new AutologError(
    'AXL_DECORATED_TWICE',
    `${where}: it is tracked by ${kind} already; expected one @${kind}() for a method, on it or on its class`,
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
  /** The name with `static` if it is that. */
  readonly fullName: string;
  /** Whose record it is noted in. */
  readonly noteOn: object;
  /** The decorated thing, for messages. */
  readonly where: string;
}

function trackProperty(plan: Plan, { holder, name, fullName, noteOn, where }: Property): void {
  const found = findProperty(holder, name);
  const method = found?.descriptor.value as Callable;
  const isOwn = found?.owner === holder;
  if (isTracked(noteOn, plan.kind, fullName)) throw decoratedTwice(plan.kind, where);
  const inherited = isOwn
    ? undefined
    : () => (Object.getPrototypeOf(holder) as Record<string, Callable>)[name] as Callable;
  if (inherited === undefined && isWrappedBy(method, plan.kind)) throw decoratedTwice(plan.kind, where);
  const value = wrap(plan.kind, method, openerOf(plan, fullName, method), inherited);
  const flags = isOwn ? found.descriptor : { configurable: true, enumerable: false, writable: true };
  if (!Reflect.defineProperty(holder, name, { ...flags, value })) {
    throw new AutologError(
      'AXL_DECORATOR_TARGET',
      `${where}: its method ${name} cannot be replaced, because the object is frozen or the property is not ` +
        `configurable; track it before it is frozen, or track its class`,
    );
  }
  recordOf(noteOn).methods.push(methodRecord(plan, fullName));
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
    `${where}: it has no method ${wanted}; the methods ${name ? `of ${name} ` : ''}are ${has.join(', ') || '(none)'}. ` +
      `Name the one to track with the option method, or decorate it. A function in a field or a getter is no method.`,
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
