import type { Json } from '../../../contract/events.js';
import type { CandidateInput, CompileEnding } from '../../../track/types.js';
import { isObject, methodOf, safeGet, type UnknownObject } from '../../observe/inspect.js';
import { componentTexts, demosOf, describeProgram, programId } from './state.js';

/** The best program of a compile, in a format that can be loaded again. */
export type BestOf = NonNullable<CompileEnding['best']>;

/**
 * Returns the best program in the result of a compile.
 *
 * Formats: `ax-optimized-program` is the output of ax's `axSerializeOptimizedProgram`. `ax-ace-program` is the same for
 * ACE's result, plus the playbook as ACE renders it, in `renderedPlaybook`. `demos` is the argument of `setDemos`
 * (Bootstrap). `state` contains the texts, demos and model settings of a program that was returned itself or as
 * `{ program }`.
 *
 * @param result the return value of `compile`
 * @param program the program that was compiled
 * @returns `undefined` if the result contains no program
 */
export function bestOf(result: unknown, program: unknown): BestOf | undefined {
  if (!isObject(result)) return undefined;
  const optimized = safeGet(result, 'optimizedProgram');
  if (isObject(optimized)) return bestOfOptimized(optimized, program);
  const demos = safeGet(result, 'demos');
  if (Array.isArray(demos) && demos.length > 0 && !methodOf(result, 'forward')) {
    const json = toJson({ demos });
    if (json === undefined) return undefined;
    return { format: 'demos', program: json, candidate: { ...describeProgram(program), demos } };
  }
  const state = describeProgram(result) ?? describeProgram(safeGet(result, 'program'));
  const json = state && toJson(state);
  return state === undefined || json === undefined ? undefined : { format: 'state', program: json, candidate: state };
}

function bestOfOptimized(optimized: UnknownObject, program: unknown): BestOf | undefined {
  const json = toJson(optimized);
  if (json === undefined) return undefined;
  const state = stateOfOptimized(optimized, program);
  const rendered = renderedPlaybook(optimized);
  if (rendered === undefined) return bestOfTexts(optimized, json, state, program);
  const description = composeDescription(baseOf(optimized, program), rendered);
  const key = `${programId(program) ?? 'root'}::description`;
  return {
    format: 'ax-ace-program',
    program: { ...(json as { [key: string]: Json }), renderedPlaybook: rendered },
    candidate: { ...state, texts: { ...state.texts, [key]: description } },
  };
}

/**
 * GEPA optimizes texts and keeps the program's demos, but its result does not contain them; ax's `optimize()` adds them
 * after the compile. They are added here, because the program was scored with them.
 */
function bestOfTexts(optimized: UnknownObject, json: Json, state: CandidateInput, program: unknown): BestOf {
  const format = 'ax-optimized-program';
  const own = safeGet(optimized, 'demos');
  const isBare = safeGet(optimized, 'optimizerType') === 'GEPA' && (!Array.isArray(own) || own.length === 0);
  const demos = isBare ? demosOf(program) : [];
  const kept = demos.length === 0 ? undefined : toJson(demos);
  if (kept === undefined) return { format, program: json, candidate: state };
  return { format, program: { ...(json as { [key: string]: Json }), demos: kept }, candidate: { ...state, demos } };
}

function stateOfOptimized(optimized: UnknownObject, program: unknown): CandidateInput {
  const map = safeGet(optimized, 'componentMap');
  const demos = safeGet(optimized, 'demos');
  const modelConfig = safeGet(optimized, 'modelConfig');
  return {
    ...describeProgram(program),
    texts: { ...componentTexts(program), ...(isObject(map) ? (map as Record<string, string>) : {}) },
    demos: Array.isArray(demos) ? demos : demosOf(program),
    ...(isObject(modelConfig) ? { modelConfig } : {}),
  };
}

/** Returns the playbook as ax renders it. To get the text, ACE's result is applied to a stub that stores the description. */
function renderedPlaybook(optimized: UnknownObject): string | undefined {
  const applyTo = methodOf(optimized, 'applyTo');
  if (!isObject(safeGet(optimized, 'playbook')) || applyTo === undefined) return undefined;
  let description: string | undefined;
  const stub = {
    getSignature: () => ({ getDescription: () => '' }),
    setDescription: (text: string) => {
      description = text;
    },
  };
  try {
    applyTo.call(Object.create(optimized, { baseInstruction: { value: '' } }), stub);
  } catch {
    return undefined;
  }
  return description ?? '';
}

/** Returns the description of a program with a playbook, composed as in ax's ACE. */
export function composeDescription(base: string, playbook: string): string {
  return [base.trim(), playbook].filter((part) => part.trim().length > 0).join('\n\n');
}

function baseOf(optimized: UnknownObject, program: unknown): string {
  const base = safeGet(optimized, 'baseInstruction');
  return typeof base === 'string'
    ? base
    : (componentTexts(program)[`${programId(program) ?? 'root'}::description`] ?? '');
}

function toJson(value: unknown): Json | undefined {
  try {
    return JSON.parse(JSON.stringify(value)) as Json;
  } catch {
    return undefined;
  }
}
