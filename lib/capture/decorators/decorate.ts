import { AutologError } from '../../contract/errors.js';
import { received } from '../../support/received.js';
import { type Callable, isFunction, isObject } from '../observe/inspect.js';
import { declaredType, type FieldRecord, isTracked, recordOf, reflect } from './metadata.js';
import type { Plan } from './options.js';
import { decoratedTwice, methodRecord, reflectedMetadata, trackClass, trackMethod } from './targets.js';
import type { HyperparamOptions } from './types.js';

/** The parts of a standard decorator's context that are used. */
interface Context {
  readonly kind: string;
  readonly name: string | symbol;
  readonly static?: boolean;
  readonly private?: boolean;
  readonly metadata?: object;
  readonly access?: { get?(object: object): unknown };
  addInitializer?(initializer: (this: unknown) => void): void;
}

/** Applies a tracking decorator, whether the program is compiled with standard or legacy decorators. */
export function decorate(plan: Plan, args: readonly unknown[]): unknown {
  const [target, second, third] = args;
  if (isContext(second)) return decorateStandard(plan, target, second);
  if (args.length === 1 && isFunction(target)) return trackClass(target, plan);
  if (isObject(target) && isKey(second)) return decorateLegacy(plan, target, second, third);
  throw badTarget(plan.kind, received(target), 'a class or a method');
}

function decorateStandard(plan: Plan, value: unknown, context: Context): unknown {
  if (context.kind === 'class' && isFunction(value)) return trackClass(value, plan, context.metadata);
  if (context.kind !== 'method' || !isFunction(value)) {
    throw badTarget(plan.kind, `the ${context.kind} ${String(context.name)}`, 'a class or a method');
  }
  const name = fullName(context);
  const where = `@${plan.kind}() on method ${name}`;
  const wrapped = trackMethod(value, plan, name);
  withHolder(context, (holder) => {
    if (context.metadata && isTracked(holder, plan.kind, name)) throw decoratedTwice(plan.kind, where);
    recordOf(holder).methods.push(methodRecord(plan, name));
  });
  return wrapped;
}

function decorateLegacy(plan: Plan, target: object, key: string | symbol, descriptor: unknown): unknown {
  const method: unknown = isObject(descriptor) ? (descriptor as PropertyDescriptor).value : undefined;
  if (!isFunction(method)) {
    const what =
      typeof descriptor === 'number' ? 'a parameter of' : isObject(descriptor) ? 'the accessor' : 'the field';
    throw badTarget(plan.kind, `${what} ${String(key)}`, 'a class or a method');
  }
  const holder = holderOf(target);
  const name = `${typeof target === 'function' ? 'static ' : ''}${String(key)}`;
  if (isTracked(holder, plan.kind, name)) throw decoratedTwice(plan.kind, `@${plan.kind}() on method ${name}`);
  const value = trackMethod(method, plan, name);
  recordOf(holder).methods.push(methodRecord(plan, name));
  reflect(`ax-autolog:${plan.kind}`, reflectedMetadata(plan, name), target, key);
  return { ...(descriptor as PropertyDescriptor), value };
}

/** Applies `@hyperparam()`, whether the program is compiled with standard or legacy decorators. */
export function decorateField(options: HyperparamOptions, args: readonly unknown[]): void {
  const [target, second, third] = args;
  if (isContext(second)) {
    if (!['field', 'accessor', 'getter'].includes(second.kind)) {
      throw badTarget('hyperparam', `the ${second.kind} ${String(second.name)}`, 'a field, accessor or getter');
    }
    const read = second.access?.get ?? ((owner: object) => (owner as Record<string | symbol, unknown>)[second.name]);
    const isStatic = second.static === true;
    const record = fieldRecord(options, { field: fullName(second), isStatic, read: (owner) => read(owner) });
    withHolder(second, (holder) => {
      const { fields } = recordOf(holder);
      if (second.metadata || !fields.some((field) => field.field === record.field)) fields.push(record);
    });
    return;
  }
  if (!isObject(target) || !isKey(second) || isMethodOrSetter(third)) {
    throw badTarget(
      'hyperparam',
      isKey(second) ? `the method or setter ${String(second)}` : received(target),
      'a field',
    );
  }
  const isStatic = typeof target === 'function';
  const field = `${isStatic ? 'static ' : ''}${String(second)}`;
  const type = declaredType(target, second);
  const read = (owner: object) => (owner as Record<string | symbol, unknown>)[second];
  recordOf(holderOf(target)).fields.push(
    fieldRecord(options, { field, isStatic, read, ...(type === undefined ? {} : { type }) }),
  );
  reflect('ax-autolog:hyperparam', { name: options.name ?? String(second) }, target, second);
}

function fieldRecord(options: HyperparamOptions, field: Omit<FieldRecord, 'name'>): FieldRecord {
  return { name: options.name ?? field.field.replace(/^static /, '').replace(/^#/, ''), ...field };
}

/**
 * Calls `record` with the object that holds the records of the class being defined: its metadata object. If the compiler
 * provides none, the class itself is used, which is available when it is complete (for static members) or first
 * instantiated.
 */
function withHolder(context: Context, record: (holder: object) => void): void {
  if (isObject(context.metadata)) {
    record(context.metadata);
    return;
  }
  const recorded = new WeakSet<object>();
  context.addInitializer?.(function (this: unknown) {
    if (!isObject(this)) return;
    const holder = typeof this === 'function' ? this : this.constructor;
    if (recorded.has(holder)) return;
    recorded.add(holder);
    record(holder);
  });
}

function fullName(context: Context): string {
  return `${context.static ? 'static ' : ''}${String(context.name)}`;
}

function holderOf(target: object): Callable {
  return (typeof target === 'function' ? target : target.constructor) as Callable;
}

function isContext(value: unknown): value is Context {
  return isObject(value) && typeof value.kind === 'string' && 'name' in value;
}

function isKey(value: unknown): value is string | symbol {
  return typeof value === 'string' || typeof value === 'symbol';
}

function isMethodOrSetter(descriptor: unknown): boolean {
  if (!isObject(descriptor)) return typeof descriptor === 'number';
  const { value, get, set } = descriptor as PropertyDescriptor;
  return typeof value === 'function' || (set !== undefined && get === undefined);
}

function badTarget(decorator: string, got: string, expected: string): AutologError {
  const advice = decorator === 'hyperparam' ? '' : ' If it is a function in a field, write it as a method.';
  return new AutologError(
    'AXL_DECORATOR_TARGET',
    `the target of @${decorator}() must be ${expected}, got ${got}.${advice}`,
  );
}
