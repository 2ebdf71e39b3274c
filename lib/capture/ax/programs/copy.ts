import { canonicalJson } from '../../../support/content-hash.js';
import { snapshot } from '../../../support/snapshot/snapshot.js';
import { type Callable, isObject, methodOf, safeCall, safeGet, type UnknownObject } from '../../observe/inspect.js';
import { childrenOf, componentTexts, demosOf, programId } from './state.js';

/** What only ax's own `AxGen` has: such a program is built from its signature and options alone. */
const MARKS = ['_forward1', 'localOptimizableComponents', 'setInstruction'];

/** Options that reach outside: a copy must not touch the user's memory, cache, tracer, logger or signal. */
const OUTSIDE = [
  'mem',
  'cachingFunction',
  'tracer',
  'meter',
  'logger',
  'rateLimiter',
  'abortSignal',
  'fetch',
  'asserts',
  'streamingAsserts',
  'stepHooks',
  'debug',
  // The signature holds what it became.
  'description',
];

/** Options by which a program runs code that is not ax's to make its prompt. */
const FOREIGN = ['promptTemplate', 'mcp', 'ucp'];

/** Why a program cannot be copied. */
export class CannotCopy extends Error {}

/** A copy of a program, with the generators in it. A program of one generator is its own. */
export interface ProgramCopy {
  readonly program: object;
  readonly generators: readonly object[];
}

/**
 * A program with the state that this one has, which shares nothing with it that either could change: ax's own generators
 * are built anew, and a tree of them is a plain program with all of them as children, under their ids.
 *
 * @throws CannotCopy for programs of other classes, which may do more than their signature and options say
 */
export function copyProgram(program: unknown): ProgramCopy {
  const copy = isGenerator(program) ? copyAlone(program) : copyTree(program);
  const same = stateOf(copy.program) === stateOf(program);
  if (!same) throw new CannotCopy('a program built anew from its signature and options has another state');
  return copy;
}

function copyAlone(generator: UnknownObject): ProgramCopy {
  const program = copyGenerator(generator);
  return { program, generators: [program] };
}

function copyTree(program: unknown): ProgramCopy {
  const leaves = generatorsIn(program, new Set());
  const [first] = leaves;
  if (first === undefined) throw new CannotCopy("it is no program of ax's own classes");
  const ids = leaves.map(programId);
  if (new Set(ids).size < ids.length) throw new CannotCopy('two programs in it have the same id');
  const Base = baseOf(first);
  const root = new Base(undefined);
  safeCall(root, 'setId', programId(program) ?? programId(safeGet(program, 'program')) ?? 'root');
  const generators = leaves.map((leaf) => {
    const copy = copyGenerator(leaf);
    safeCall(root, 'register', copy);
    safeCall(copy, 'setId', programId(leaf));
    return copy;
  });
  return { program: root, generators };
}

/** Every generator in a tree, in the order in which states are read. */
function generatorsIn(program: unknown, seen: Set<unknown>): UnknownObject[] {
  if (!isObject(program) || seen.has(program)) return [];
  seen.add(program);
  if (isGenerator(program)) return [program];
  const children = childrenOf(program);
  if (children.length === 0 && methodOf(program, 'forward')) {
    throw new CannotCopy("a program in it is of no class of ax's own");
  }
  return children.flatMap((child) => generatorsIn(child, seen));
}

function isGenerator(program: unknown): program is UnknownObject {
  if (!isObject(program) || Object.hasOwn(program, 'forward')) return false;
  const prototype = Object.getPrototypeOf(program) as object | null;
  return prototype !== null && MARKS.every((name) => Object.hasOwn(prototype, name));
}

type ProgramClass = new (signature: unknown, options?: object) => UnknownObject;

function classOf(generator: UnknownObject): ProgramClass {
  return (Object.getPrototypeOf(generator) as { readonly constructor: ProgramClass }).constructor;
}

/** The class that generators and trees of them share. */
function baseOf(generator: UnknownObject): ProgramClass {
  return Object.getPrototypeOf(classOf(generator)) as ProgramClass;
}

function copyGenerator(generator: UnknownObject): UnknownObject {
  const options = safeGet(generator, 'options');
  const foreign = FOREIGN.find((name) => safeGet(options, name) !== undefined);
  if (foreign) throw new CannotCopy(`its option ${foreign} makes the prompt with code that is not ax's`);
  const kept = isObject(options) ? Object.entries(options).filter(([name]) => !OUTSIDE.includes(name)) : [];
  const Generator = classOf(generator);
  const copy = new Generator(safeCall(generator, 'getSignature'), {
    ...Object.fromEntries(kept),
    functions: copiesOf(safeGet(generator, 'functions')),
  });
  const id = programId(generator);
  if (id !== undefined && id !== programId(copy)) safeCall(copy, 'setId', id);
  const instruction = safeCall(generator, 'getInstruction');
  if (typeof instruction === 'string') (methodOf(copy, 'setInstruction') as Callable).call(copy, instruction);
  for (const name of ['demos', 'examples', '_optimizedModelConfig']) {
    const value = safeGet(generator, name);
    if (value !== undefined) copy[name] = deepCopy(value);
  }
  return copy;
}

/** ax writes new names and descriptions into the function objects themselves. */
function copiesOf(functions: unknown): object[] {
  return Array.isArray(functions) ? functions.map((entry) => ({ ...(entry as object) })) : [];
}

function deepCopy(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch {
    throw new CannotCopy('its demos or examples hold values that cannot be copied');
  }
}

function stateOf(program: unknown): string {
  return canonicalJson(snapshot([componentTexts(program), demosOf(program)]));
}
