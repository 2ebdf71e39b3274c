import { types } from 'node:util';
import { shared } from '../../support/shared-state.js';
import { classNameOf, isObject, isScalar } from '../observe/inspect.js';
import type { Kind } from './options.js';
import type { Source, TrackedField, TrackedMethods, Tracking } from './types.js';

/** The record of one tracked method. */
export interface MethodRecord {
  readonly kind: Kind;
  /** `compile`, `#score`, `static compile`, … */
  readonly method: string;
  readonly label: string | null;
  readonly sources: Readonly<Record<string, Source>>;
}

/** The record of one field marked as a hyperparameter. */
export interface FieldRecord extends TrackedField {
  /** Reads the field from an instance, or from the class if it is static. */
  readonly read: (owner: object) => unknown;
  readonly isStatic: boolean;
}

interface ClassRecord {
  readonly methods: MethodRecord[];
  readonly fields: FieldRecord[];
}

/**
 * Key of a class's decorator metadata. Node 20 has no `Symbol.metadata`, and without it compilers omit
 * `context.metadata`. So it is defined here, as Lit does and as TypeScript's 5.2 release notes suggest, with the value that
 * Babel and esbuild fall back to.
 */
const METADATA: symbol = (Symbol as { readonly metadata?: symbol }).metadata ?? Symbol.for('Symbol.metadata');
if (!('metadata' in Symbol)) Reflect.defineProperty(Symbol, 'metadata', { value: METADATA });

/** Records by class, by tracked object, or by decorator metadata while the class is still being defined. */
const records = shared('decorator metadata', () => new WeakMap<object, ClassRecord>());

/** Returns the own record of a class, object or metadata object, without inherited ones. Creates it if needed. */
export function recordOf(holder: object): ClassRecord {
  let record = records.get(holder);
  if (record === undefined) {
    record = { methods: [], fields: [] };
    records.set(holder, record);
  }
  return record;
}

/** Returns whether the class or object itself has this method tracked by this decorator. */
export function isTracked(holder: object, kind: Kind, method: string): boolean {
  return ownRecords(holder).some((record) => record.methods.some((m) => m.kind === kind && m.method === method));
}

function ownRecords(holder: object): ClassRecord[] {
  const metadata: unknown = Object.getOwnPropertyDescriptor(holder, METADATA)?.value;
  const found = [records.get(holder), isObject(metadata) ? records.get(metadata) : undefined];
  return found.filter((record): record is ClassRecord => record !== undefined);
}

/** Returns the records of a class or object and of everything it inherits from, the base first. */
function allRecords(target: object): ClassRecord[] {
  const found: ClassRecord[] = [];
  for (let at: object | null = target; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    found.unshift(...ownRecords(at));
    if (typeof target === 'function') continue;
    const owner: unknown = Object.getOwnPropertyDescriptor(at, 'constructor')?.value;
    if (typeof owner === 'function') found.unshift(...ownRecords(owner));
  }
  return found;
}

/**
 * Returns the tracked methods and hyperparameters of a class, an instance, or an object passed to `trackCompile(object)`,
 * inherited ones included.
 *
 * @returns a frozen object; `undefined` if nothing is tracked
 *
 * @example
 * getTracking(MyTeleprompter)?.hyperparams.map((field) => field.name);
 */
export function getTracking(target: object): Tracking | undefined {
  const found = allRecords(target);
  const methods = found.flatMap((record) => record.methods);
  const fields = fieldsOf(found);
  if (methods.length === 0 && fields.length === 0) return undefined;
  const compile = describe(methods, 'trackCompile');
  const evaluate = describe(methods, 'trackEval');
  const trials = describe(methods, 'trackTrial');
  return Object.freeze({
    label: compile?.label ?? evaluate?.label ?? classNameOf(target),
    ...(compile ? { compile } : {}),
    ...(evaluate ? { evaluate } : {}),
    ...(trials ? { trials } : {}),
    hyperparams: Object.freeze(
      fields.map(({ name, field, type }) => Object.freeze({ name, field, ...(type === undefined ? {} : { type }) })),
    ),
  });
}

function describe(all: readonly MethodRecord[], kind: Kind): TrackedMethods | undefined {
  const methods = all.filter((method) => method.kind === kind);
  const last = methods.at(-1);
  if (last === undefined) return undefined;
  return Object.freeze({
    label: last.label,
    methods: Object.freeze([...new Set(methods.map((method) => method.method))]),
    roles: Object.freeze({ ...last.sources }),
  });
}

function fieldsOf(found: readonly ClassRecord[]): FieldRecord[] {
  const fields = new Map<string, FieldRecord>();
  for (const record of found) for (const field of record.fields) fields.set(field.name, field);
  return [...fields.values()];
}

/**
 * Returns the hyperparameters of an optimizer or evaluator: the fields marked with `@hyperparam`, or else its own enumerable
 * scalar fields. Runs no unmarked getter. On a proxy, only marked fields are read.
 */
export function hyperparametersOf(self: unknown): Readonly<Record<string, unknown>> {
  if (!isObject(self)) return {};
  const marked = fieldsOf(allRecords(self));
  if (marked.length > 0) return readMarked(self, marked);
  const values: Record<string, unknown> = {};
  if (types.isProxy(self)) return values;
  for (const [name, { value, enumerable }] of Object.entries(Object.getOwnPropertyDescriptors(self))) {
    if (enumerable && isScalar(value)) values[name] = value;
  }
  return values;
}

function readMarked(self: object, fields: readonly FieldRecord[]): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const field of fields) {
    if (!field.isStatic && typeof self === 'function') continue;
    const owner = field.isStatic && typeof self !== 'function' ? self.constructor : self;
    try {
      values[field.name] = field.read(owner);
    } catch {
      // A user's getter threw: there is no value to record.
    }
  }
  return values;
}

interface ReflectMetadata {
  defineMetadata?(key: string, value: unknown, target: object, property?: string | symbol): void;
  getMetadata?(key: string, target: object, property: string | symbol): unknown;
}

/** Stores the value with reflect-metadata too, if the application has loaded it. */
export function reflect(key: string, value: object, target: object, property?: string | symbol): void {
  const { defineMetadata } = Reflect as ReflectMetadata;
  if (typeof defineMetadata !== 'function') return;
  if (property === undefined) defineMetadata(key, Object.freeze(value), target);
  else defineMetadata(key, Object.freeze(value), target, property);
}

/** Returns the name of a field's declared type, which `emitDecoratorMetadata` stores with reflect-metadata. */
export function declaredType(target: object, property: string | symbol): string | undefined {
  const { getMetadata } = Reflect as ReflectMetadata;
  if (typeof getMetadata !== 'function') return undefined;
  const type = getMetadata('design:type', target, property);
  return typeof type === 'function' ? type.name : undefined;
}
