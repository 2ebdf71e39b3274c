import type { CandidateInput } from '../../track/types.js';
import { describeProgram } from '../ax/index.js';
import { isFunction, isObject, isPlainObject, isScalar, ownValue } from '../observe/inspect.js';

/**
 * Returns any program state as a candidate. An ax program is described by its components and demos, an object with
 * `texts` or `demos` by these fields, any other object by its `toJSON` or else its plain own fields, and a scalar by its
 * value.
 *
 * @returns `undefined` for `undefined`, `null` and bare functions
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
/** Number of values read in one field. Settings and states are small; a larger field is a dataset. */
const MAX_VALUES = 2000;

/**
 * Returns the own enumerable fields of an object that are plain data throughout and contain no value in `excluded`. Runs no
 * getter. Functions, class instances and large fields are skipped.
 */
export function plainFields(object: object, excluded?: ReadonlySet<unknown>): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const name of Object.keys(object)) {
    const value = ownValue(object, name);
    if (value !== undefined && isPlainData(value, MAX_DEPTH, excluded, { values: MAX_VALUES })) fields[name] = value;
  }
  return fields;
}

function isPlainData(
  value: unknown,
  depth: number,
  excluded: ReadonlySet<unknown> | undefined,
  remaining: { values: number },
): boolean {
  remaining.values -= 1;
  if (remaining.values < 0) return false;
  if (value === undefined || isScalar(value)) return true;
  if (depth === 0 || excluded?.has(value)) return false;
  const isPlain = (item: unknown) => isPlainData(item, depth - 1, excluded, remaining);
  if (Array.isArray(value)) return value.every(isPlain);
  return isPlainObject(value) && Object.keys(value).every((key) => isPlain(ownValue(value, key)));
}
