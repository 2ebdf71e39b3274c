import { types } from 'node:util';
import { shared } from '../../support/shared-state.js';
import { classNameOf, isObject, isScalar } from '../inspect.js';
import type { Kind } from './options.js';
import type { Source, TrackedField, TrackedMethods, Tracking } from './types.js';

/** One tracked method of a class. */
export interface MethodRecord {
  readonly kind: Kind;
  /** `compile`, `#score`, `static compile`, … */
  readonly method: string;
  readonly label: string | null;
  readonly sources: Readonly<Record<string, Source>>;
}

/** One field marked as a hyperparameter. */
export interface FieldRecord extends TrackedField {
  /** Reads it from an instance, or from the class where it is static. */
  readonly read: (owner: object) => unknown;
  readonly isStatic: boolean;
}

interface ClassRecord {
  readonly methods: MethodRecord[];
  readonly fields: FieldRecord[];
}

/**
 * Key of a class's decorator metadata. Node 20 has no `Symbol.metadata`, and compilers leave `context.metadata` out
 * where it is missing, so it is put in place as Lit and TypeScript's own notes on 5.2 do; the value is the one that
 * Babel and esbuild fall back to.
 */
const METADATA: symbol = (Symbol as { readonly metadata?: symbol }).metadata ?? Symbol.for('Symbol.metadata');
if (!('metadata' in Symbol)) Reflect.defineProperty(Symbol, 'metadata', { value: METADATA });

/** By class, by tracked object, or by a class's decorator metadata while the class itself is not made yet. */
const records = shared('decorator metadata', () => new WeakMap<object, ClassRecord>());

/** What is noted of that class, object or metadata itself, nothing inherited. */
export function recordOf(holder: object): ClassRecord {
  let record = records.get(holder);
  if (record === undefined) {
    record = { methods: [], fields: [] };
    records.set(holder, record);
  }
  return record;
}

/** Whether that very class or object has this method tracked by this decorator. */
export function isTracked(holder: object, kind: Kind, method: string): boolean {
  return ownRecords(holder).some((record) => record.methods.some((m) => m.kind === kind && m.method === method));
}

function ownRecords(holder: object): ClassRecord[] {
  const metadata: unknown = Object.getOwnPropertyDescriptor(holder, METADATA)?.value;
  const found = [records.get(holder), isObject(metadata) ? records.get(metadata) : undefined];
  return found.filter((record): record is ClassRecord => record !== undefined);
}

/** The records of a class or object and of everything it inherits from, the base first. */
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
 * What is tracked of a class, of an instance, or of an object given to `trackCompile(object)`; inherited tracking
 * included. `undefined` when nothing is.
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
 * Hyperparameters of an optimizer or evaluator: the fields marked with `@hyperparam`; if none is, its own enumerable
 * scalar fields. Unmarked getters are not run, and of a proxy only marked fields are read.
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
      // A getter of the user's that throws has no value to record.
    }
  }
  return values;
}

interface ReflectMetadata {
  defineMetadata?(key: string, value: unknown, target: object, property?: string | symbol): void;
  getMetadata?(key: string, target: object, property: string | symbol): unknown;
}

/** Puts the same where reflect-metadata keeps decorator metadata, if the application has loaded it. */
export function reflect(key: string, value: object, target: object, property?: string | symbol): void {
  const { defineMetadata } = Reflect as ReflectMetadata;
  if (typeof defineMetadata !== 'function') return;
  if (property === undefined) defineMetadata(key, Object.freeze(value), target);
  else defineMetadata(key, Object.freeze(value), target, property);
}

/** Name of a field's declared type, as `emitDecoratorMetadata` leaves it with reflect-metadata. */
export function declaredType(target: object, property: string | symbol): string | undefined {
  const { getMetadata } = Reflect as ReflectMetadata;
  if (typeof getMetadata !== 'function') return undefined;
  const type = getMetadata('design:type', target, property);
  return typeof type === 'function' ? type.name : undefined;
}
