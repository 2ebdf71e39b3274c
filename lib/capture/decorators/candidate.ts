import type { CandidateInput } from '../../track/types.js';
import { describeProgram } from '../ax/index.js';
import { isFunction, isObject, isPlainObject, isScalar, ownValue } from '../inspect.js';

/**
 * Any program state as a candidate: an ax program by its components and demos; an object with `texts` or `demos` as it
 * is; any other object by its `toJSON`, else its plain own fields; a string or other scalar as itself.
 *
 * @returns `undefined` for nothing and for bare functions, which say nothing of themselves
 */
export function candidateOf(state: unknown): CandidateInput | undefined {
  if (state === undefined || state === null) return undefined;
  if (isScalar(state) || Array.isArray(state)) return { state };
  if (!isObject(state)) return undefined;
  if (isPlainObject(state)) return isFunction(ownValue(state, 'forward')) ? programOf(state) : declaredState(state);
  return programOf(state);
}

function declaredState(state: Readonly<Record<string, unknown>>): CandidateInput {
  const { texts, demos, modelConfig, parents } = state;
  if (!isPlainObject(texts) && !Array.isArray(demos)) return { state };
  return {
    ...(isPlainObject(texts) ? { texts: texts as Record<string, string> } : {}),
    ...(Array.isArray(demos) ? { demos } : {}),
    ...(isPlainObject(modelConfig) ? { modelConfig } : {}),
    ...(Array.isArray(parents) ? { parents: parents as string[] } : {}),
  };
}

function programOf(program: object): CandidateInput | undefined {
  const described = describeProgram(program);
  const empty = Object.keys(described?.texts ?? {}).length === 0 && (described?.demos ?? []).length === 0;
  if (described !== undefined && !empty) return described;
  const state = ownState(program);
  return state === undefined ? described : { ...described, state };
}

function ownState(object: object): unknown {
  const { toJSON } = object as { readonly toJSON?: unknown };
  if (isFunction(toJSON)) return Reflect.apply(toJSON, object, []);
  const fields = plainFields(object);
  return Object.keys(fields).length === 0 ? undefined : fields;
}

const MAX_DEPTH = 4;
/** Values that are looked at in one field: settings and states are small, what is larger is data. */
const MAX_VALUES = 2000;

/**
 * The own enumerable fields of an object that are plain data all the way down and do not hold anything of `leftOut`. Getters are
 * not run; functions, class instances and large fields stay out.
 */
export function plainFields(object: object, leftOut?: ReadonlySet<unknown>): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const name of Object.keys(object)) {
    const value = ownValue(object, name);
    if (value !== undefined && isPlainData(value, MAX_DEPTH, leftOut, { values: MAX_VALUES })) fields[name] = value;
  }
  return fields;
}

function isPlainData(
  value: unknown,
  depth: number,
  leftOut: ReadonlySet<unknown> | undefined,
  left: { values: number },
): boolean {
  left.values -= 1;
  if (left.values < 0) return false;
  if (value === undefined || isScalar(value)) return true;
  if (depth === 0 || leftOut?.has(value)) return false;
  const isPlain = (item: unknown) => isPlainData(item, depth - 1, leftOut, left);
  if (Array.isArray(value)) return value.every(isPlain);
  return isPlainObject(value) && Object.keys(value).every((key) => isPlain(ownValue(value, key)));
}
