import { canonicalJson } from '../../../support/content-hash.js';
import { snapshot } from '../../../support/snapshot/snapshot.js';
import { type Callable, isObject, methodOf, safeCall, safeGet, type UnknownObject } from '../../observe/inspect.js';
import { childrenOf, componentTexts, demosOf, programId } from './state.js';

/** Methods that only ax's own `AxGen` has. Such a program can be rebuilt from its signature and options. */
const MARKS = ['_forward1', 'localOptimizableComponents', 'setInstruction'];

/** Options that a copy must not share: the user's memory, cache, tracer, logger, signal and the like. */
const NOT_COPIED = [
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
  // The signature contains it already.
  'description',
];

/** Options that make a program run foreign code to render its prompt. */
const FOREIGN = ['promptTemplate', 'mcp', 'ucp'];

/** Thrown if a program cannot be copied. The message is the reason. */
export class CannotCopy extends Error {}

/** A copy of a program, with the generators in it. A generator contains itself. */
export interface ProgramCopy {
  readonly program: object;
  readonly generators: readonly object[];
}

/**
 * Returns a program with the same state that shares no mutable object with the original. ax's own generators are rebuilt; a
 * tree of them becomes a plain program with all generators as children, under their ids.
 *
 * @throws CannotCopy for programs of other classes, whose behavior may depend on more than their signature and options
 */
export function copyProgram(program: unknown): ProgramCopy {
  const copy = isGenerator(program) ? copyAlone(program) : copyTree(program);
  const same = stateOf(copy.program) === stateOf(program);
  if (!same) throw new CannotCopy('a program rebuilt from its signature and options has a different state');
  return copy;
}

function copyAlone(generator: UnknownObject): ProgramCopy {
  const program = copyGenerator(generator);
  return { program, generators: [program] };
}

function copyTree(program: unknown): ProgramCopy {
  const leaves = generatorsIn(program, new Set());
  const [first] = leaves;
  if (first === undefined) throw new CannotCopy("its class is not one of ax's own");
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

/** Returns every generator in a tree, in the order in which states are read. */
function generatorsIn(program: unknown, visited: Set<unknown>): UnknownObject[] {
  if (!isObject(program) || visited.has(program)) return [];
  visited.add(program);
  if (isGenerator(program)) return [program];
  const children = childrenOf(program);
  if (children.length === 0 && methodOf(program, 'forward')) {
    throw new CannotCopy("the class of a program in it is not one of ax's own");
  }
  return children.flatMap((child) => generatorsIn(child, visited));
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

/** Returns the base class of generators, of which a tree can be built. */
function baseOf(generator: UnknownObject): ProgramClass {
  return Object.getPrototypeOf(classOf(generator)) as ProgramClass;
}

function copyGenerator(generator: UnknownObject): UnknownObject {
  const options = safeGet(generator, 'options');
  const foreign = FOREIGN.find((name) => safeGet(options, name) !== undefined);
  if (foreign) throw new CannotCopy(`its option ${foreign} renders the prompt with code that is not ax's`);
  const kept = isObject(options) ? Object.entries(options).filter(([name]) => !NOT_COPIED.includes(name)) : [];
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

/** Copies the function objects, because ax writes new names and descriptions into them. */
function copiesOf(functions: unknown): object[] {
  return Array.isArray(functions) ? functions.map((entry) => ({ ...(entry as object) })) : [];
}

function deepCopy(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch {
    throw new CannotCopy('its demos or examples contain values that cannot be copied');
  }
}

function stateOf(program: unknown): string {
  return canonicalJson(snapshot([componentTexts(program), demosOf(program)]));
}
