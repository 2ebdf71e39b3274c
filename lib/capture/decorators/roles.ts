import { AutologError } from '../../contract/errors.js';
import { type Callable, isFunction, isObject, isPlainObject, kindOf, ownValue } from '../inspect.js';
import { parametersOf } from './parameters.js';
import type { Source } from './types.js';

/** What a tracked method may be given. `candidate` and `batch` are a trial's words for `program` and `devset`. */
export const ROLES = ['program', 'candidate', 'trainset', 'valset', 'devset', 'batch', 'metric', 'options'] as const;

/** One of {@link ROLES}. */
export type Role = (typeof ROLES)[number];

/** Names that parameters and fields in each role usually have, the role's own first. */
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

/** Every name of every role. */
const ALL_NAMES: ReadonlySet<string> = new Set(Object.values(NAMES).flat());

/** Fields of `this` that are asked: only those whose name says what they are. A trial's batch is drawn anew each time. */
const OWN_NAMES: Readonly<Partial<Record<Role, readonly string[]>>> = {
  program: ['program', 'student'],
  trainset: ['trainset'],
  valset: ['valset'],
  devset: ['devset'],
  metric: ['metric'],
};

const DATASET_ROLES: ReadonlySet<Role> = new Set(['trainset', 'valset', 'devset', 'batch']);

/** Place in ax's `compile(program, examples, metric, options)`. */
const AX_POSITION: Readonly<Partial<Record<Role, number>>> = {
  program: 0,
  candidate: 0,
  trainset: 1,
  devset: 1,
  batch: 1,
  metric: 2,
};

/** Finds what each argument of one method is for. Made once per method. */
export class Signature {
  readonly #sources: Readonly<Partial<Record<Role, Source>>>;
  readonly #fn: Callable;
  #read: readonly (string | null)[] | undefined;
  /** Position of the parameter named after each role; -1 where none is. */
  readonly #named: Partial<Record<Role, number>> = {};

  constructor(fn: Callable, sources: Readonly<Partial<Record<Role, Source>>>) {
    this.#fn = fn;
    this.#sources = sources;
  }

  /** Name of the parameter at that position, where the source tells. */
  nameAt(position: number): string | undefined {
    return this.#names()[position] ?? undefined;
  }

  /** Position of the argument in that role, where it is an argument of its own. */
  positionOf(role: Role, args: readonly unknown[]): number | undefined {
    const source = this.#sources[role];
    if (source !== undefined) return typeof source === 'number' ? source : undefined;
    const named = this.#parameterFor(role);
    if (named !== -1) return named;
    const position = AX_POSITION[role];
    return position !== undefined && this.#fits(role, args, position) ? position : undefined;
  }

  /** What was passed in that role; `undefined` when nothing was. `self` is asked last, by field name. */
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

  /** The examples passed in that role. A list that is no array, as an iterator would have to be used up, is none. */
  examples(role: Role, args: readonly unknown[], self?: unknown): readonly unknown[] | undefined {
    const found = this.find(role, args, self);
    return Array.isArray(found) ? found : undefined;
  }

  /** The options object; `undefined` when none was passed. */
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

  /** A first argument is the options when it is destructured, called so, or has a field named after a role. */
  #isOptions(value: Readonly<Record<string, unknown>>): boolean {
    if (isFunction(ownValue(value, 'forward'))) return false;
    const names = this.#names();
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
    let position = this.#named[role];
    if (position === undefined) {
      const names = this.#names();
      position = NAMES[role].map((name) => names.indexOf(name)).find((at) => at !== -1) ?? -1;
      this.#named[role] = position;
    }
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
 * Throws `AXL_UNKNOWN_ROLE` for a role that names an argument which the method, by its source, cannot be given.
 *
 * @param where the decorated thing, for the message
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
      `${where}: the role '${role}' is said to be ${typeof source === 'number' ? `argument ${source}` : `'${source}'`}, ` +
        `but the method has no argument ${position}; its arguments are ${named}. Positions count from 0.`,
    );
  }
}

/** Throws unless `source` is a position or a field path. */
export function checkSource(role: string, source: unknown, where: string): void {
  const valid =
    (typeof source === 'number' && Number.isInteger(source) && source >= 0) ||
    (typeof source === 'string' && source !== '' && source.split('.').every((part) => part !== ''));
  if (valid) return;
  throw new AutologError(
    'AXL_BAD_OPTIONS',
    `${where}: the role '${role}' came as ${kindOf(source)}; expected the position of an argument (0, 1, …) or the ` +
      `name of a field of the options object ('train', '1.train')`,
  );
}
