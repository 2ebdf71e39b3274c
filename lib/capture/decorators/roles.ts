import { AutologError } from '../../contract/errors.js';
import { received } from '../../support/received.js';
import { type Callable, isFunction, isObject, isPlainObject, ownValue } from '../observe/inspect.js';
import { parametersOf } from './parameters.js';
import type { Source } from './types.js';

/** The roles of a tracked method's arguments. In a trial, `program` is called `candidate` and `devset` is called `batch`. */
export const ROLES = ['program', 'candidate', 'trainset', 'valset', 'devset', 'batch', 'metric', 'options'] as const;

/** One of {@link ROLES}. */
export type Role = (typeof ROLES)[number];

/** Usual names of parameters and fields in each role, the role's own name first. */
const NAMES: Readonly<Record<Role, readonly string[]>> = {
  program: ['program', 'student', 'candidate'],
  candidate: ['candidate', 'program', 'student'],
  trainset: ['trainset', 'train', 'trainingSet', 'examples'],
  valset: ['valset', 'validationSet', 'validationExamples'],
  devset: ['devset', 'batch', 'examples', 'dataset'],
  batch: ['batch', 'devset', 'examples', 'minibatch'],
  metric: ['metric', 'metricFn'],
  options: ['options', 'opts', 'config'],
};

const ALL_NAMES: ReadonlySet<string> = new Set(Object.values(NAMES).flat());

/** Fields of `this` that are read: only those with an unambiguous name. A trial's batch is never a field. */
const OWN_NAMES: Readonly<Partial<Record<Role, readonly string[]>>> = {
  program: ['program', 'student'],
  trainset: ['trainset'],
  valset: ['valset'],
  devset: ['devset'],
  metric: ['metric'],
};

const DATASET_ROLES: ReadonlySet<Role> = new Set(['trainset', 'valset', 'devset', 'batch']);

/** Positions in ax's `compile(program, examples, metric, options)`. */
const AX_POSITION: Readonly<Partial<Record<Role, number>>> = {
  program: 0,
  candidate: 0,
  trainset: 1,
  devset: 1,
  batch: 1,
  metric: 2,
};

/** Finds the arguments of one method by role. Created once per method. */
export class Signature {
  readonly #sources: Readonly<Partial<Record<Role, Source>>>;
  readonly #fn: Callable;
  #read: readonly (string | null)[] | undefined;
  /** Position of the parameter that is named after the role; -1 if there is none. */
  readonly #named: Partial<Record<Role, number>> = {};

  constructor(fn: Callable, sources: Readonly<Partial<Record<Role, Source>>>) {
    this.#fn = fn;
    this.#sources = sources;
  }

  /** Returns the name of the parameter at a position, if the method's source can be parsed. */
  nameAt(position: number): string | undefined {
    return this.#names()[position] ?? undefined;
  }

  /** Returns the position of the argument in a role; `undefined` if it is a field of another argument. */
  positionOf(role: Role, args: readonly unknown[]): number | undefined {
    const source = this.#sources[role];
    if (source !== undefined) return typeof source === 'number' ? source : undefined;
    const named = this.#named[role] ?? this.#parameterFor(role);
    if (named !== -1) return named;
    const position = AX_POSITION[role];
    return position !== undefined && this.#fits(role, args, position) ? position : undefined;
  }

  /** Returns the value passed in a role, or else the field of `self` with its name; `undefined` if there is none. */
  find(role: Role, args: readonly unknown[], self?: unknown): unknown {
    const source = this.#sources[role];
    if (typeof source === 'number') return args[source];
    if (typeof source === 'string') return this.#follow(source, args);
    const position = this.positionOf(role, args);
    const passed = position === undefined ? undefined : args[position];
    if (passed !== undefined) return passed;
    const field = args.length === 0 ? undefined : firstField(this.options(args), NAMES[role]);
    return field ?? (self === undefined ? undefined : firstField(self, OWN_NAMES[role] ?? []));
  }

  /** Returns the examples passed in a role if they are an array. Reading another iterable might consume it. */
  examples(role: Role, args: readonly unknown[], self?: unknown): readonly unknown[] | undefined {
    const found = this.find(role, args, self);
    return Array.isArray(found) ? found : undefined;
  }

  /** Returns the options object; `undefined` if none was passed. */
  options(args: readonly unknown[]): Readonly<Record<string, unknown>> | undefined {
    const source = this.#sources.options;
    if (source !== undefined) {
      const named = typeof source === 'number' ? args[source] : this.#follow(source, args);
      return isObject(named) ? (named as Readonly<Record<string, unknown>>) : undefined;
    }
    for (let i = args.length - 1; i >= 0; i -= 1) {
      const value = args[i];
      if (isPlainObject(value) && (i > 0 || this.#isOptions(value))) return value;
    }
    return undefined;
  }

  /** Returns whether the first argument is the options: it is destructured, named so, or has a field named after a role. */
  #isOptions(value: Readonly<Record<string, unknown>>): boolean {
    if (isFunction(ownValue(value, 'forward'))) return false;
    const names = this.#read ?? this.#names();
    if (names.length > 0 && names[0] === null) return true;
    if (names[0] !== undefined && NAMES.options.includes(names[0] as string)) return true;
    if (names[0] !== undefined && NAMES.program.includes(names[0] as string)) return false;
    return Object.keys(value).some((key) => ALL_NAMES.has(key));
  }

  #fits(role: Role, args: readonly unknown[], position: number): boolean {
    const value = args[position];
    if (role === 'metric') return isFunction(value);
    if (DATASET_ROLES.has(role)) return Array.isArray(value);
    if (typeof value === 'string') return role === 'candidate';
    return isObject(value) && value !== this.options(args) && (role === 'candidate' || !Array.isArray(value));
  }

  #follow(path: string, args: readonly unknown[]): unknown {
    const parts = path.split('.');
    const first = parts[0] as string;
    let value: unknown = this.#sources.options === path ? undefined : this.options(args);
    if (/^\d+$/.test(first)) {
      value = args[Number(first)];
      parts.shift();
    }
    for (const part of parts) value = isObject(value) ? (value as Record<string, unknown>)[part] : undefined;
    return value;
  }

  #parameterFor(role: Role): number {
    const names = this.#names();
    const position = NAMES[role].map((name) => names.indexOf(name)).find((at) => at !== -1) ?? -1;
    this.#named[role] = position;
    return position;
  }

  #names(): readonly (string | null)[] {
    this.#read ??= parametersOf(this.#fn)?.names ?? [];
    return this.#read;
  }
}

function firstField(object: unknown, names: readonly string[]): unknown {
  if (!isObject(object)) return undefined;
  for (const name of names) {
    const value = ownValue(object, name);
    if (value !== undefined) return value;
  }
  return undefined;
}

/**
 * Throws `AXL_UNKNOWN_ROLE` if a role names an argument that the method, by its source, does not have.
 *
 * @param where names the decorated class, method or object in the message
 */
export function checkSources(fn: Callable, sources: Readonly<Partial<Record<Role, Source>>>, where: string): void {
  const entries = Object.entries(sources);
  if (entries.length === 0) return;
  const parameters = parametersOf(fn);
  if (!parameters?.closed) return;
  for (const [role, source] of entries) {
    const position = typeof source === 'number' ? source : Number(/^(\d+)(?:\.|$)/.exec(source)?.[1] ?? 0);
    if (position < parameters.names.length) continue;
    const named = parameters.names.map((name, i) => `${i} (${name ?? 'destructured'})`).join(', ') || 'none';
    throw new AutologError(
      'AXL_UNKNOWN_ROLE',
      `${where}: the role '${role}' must name an argument of the method, got ${received(source)}. ` +
        `Its arguments, counted from 0, are: ${named}.`,
    );
  }
}

/** Throws `AXL_BAD_OPTIONS` unless `source` is a position or a field path. */
export function checkSource(role: string, source: unknown, where: string): void {
  const valid =
    (typeof source === 'number' && Number.isInteger(source) && source >= 0) ||
    (typeof source === 'string' && source !== '' && source.split('.').every((part) => part !== ''));
  if (valid) return;
  throw new AutologError(
    'AXL_BAD_OPTIONS',
    `${where}: the role '${role}' must be the position of an argument (0, 1, …) or the name of a field of the options ` +
      `object ('train', '1.train'), got ${received(source)}.`,
  );
}
