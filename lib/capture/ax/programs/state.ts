import type { CandidateInput } from '../../../track/types.js';
import { asArray, asText, isObject, methodOf, safeCall, safeGet, type UnknownObject } from '../../observe/inspect.js';
import type { Component, ProgramDemos } from '../access/objects.js';

/**
 * Returns the state of an ax program as a candidate: the texts of its components, its demos and the model settings that an
 * optimization set. Only reads: ids and lazily built parts of the program do not change.
 *
 * @returns `undefined` for an object without `getOptimizableComponents` and `forward`, which is not an ax program
 */
export function describeProgram(program: unknown): CandidateInput | undefined {
  if (!isObject(program)) return undefined;
  if (!methodOf(program, 'getOptimizableComponents') && !methodOf(program, 'forward')) return undefined;
  const modelConfig = safeGet(program, '_optimizedModelConfig');
  return {
    texts: componentTexts(program),
    demos: demosOf(program),
    ...(isObject(modelConfig) ? { modelConfig: { ...modelConfig } } : {}),
  };
}

/** Returns the current text of each component by key. As in ax's GEPA, the first component with a key counts. */
export function componentTexts(program: unknown): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const component of componentsOf(program)) {
    if (!Object.hasOwn(texts, component.key)) texts[component.key] = component.current;
  }
  return texts;
}

/** Returns the program's components, without those that ax's GEPA skips. */
function componentsOf(program: unknown): Component[] {
  const listed = asArray(safeCall(program, 'getOptimizableComponents')) ?? [];
  return listed.filter(
    (entry): entry is Component =>
      Boolean(asText(safeGet(entry, 'key'))) && typeof safeGet(entry, 'current') === 'string',
  );
}

/** Returns the id of a program. Reads the field, because `getId()` of a flow builds its inner program. */
export function programId(program: unknown): string | undefined {
  const id = safeGet(safeGet(program, 'key'), 'id');
  return typeof id === 'string' ? id : undefined;
}

/** Returns the demos of every program in the tree that has some. */
export function demosOf(program: unknown): ProgramDemos[] {
  const found = new Map<string, unknown[]>();
  collectDemos(program, found, new Set());
  return [...found].map(([programId, traces]) => ({ programId, traces }));
}

function collectDemos(program: unknown, found: Map<string, unknown[]>, visited: Set<unknown>): void {
  if (!isObject(program) || visited.has(program)) return;
  visited.add(program);
  const own = safeGet(program, 'demos');
  const id = programId(program);
  if (Array.isArray(own) && own.length > 0 && id !== undefined) {
    found.set(id, [...(found.get(id) ?? []), ...own]);
  }
  for (const child of childrenOf(program)) collectDemos(child, found, visited);
}

/**
 * Returns the programs inside a program. Reads fields if they exist, because AxFlow's `namedProgramInstances()` builds its
 * inner program on first use, which changes the ids of its nodes.
 */
export function childrenOf(program: UnknownObject): unknown[] {
  const nodes = safeGet(program, 'nodeGenerators');
  if (nodes instanceof Map) return [safeGet(program, 'program'), ...nodes.values()];
  const children = safeGet(program, 'children');
  if (isObject(children) && typeof children[Symbol.iterator] === 'function')
    return [...(children as unknown as Iterable<unknown>)];
  const named = safeCall(program, 'namedProgramInstances');
  return Array.isArray(named) ? named.map((entry) => safeGet(entry, 'program')) : [];
}
