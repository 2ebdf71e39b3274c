import type { Json } from '../../../contract/events.js';
import type { CandidateInput, CompileEnding } from '../../../track/types.js';
import { isObject, methodOf, safeGet, type UnknownObject } from '../../observe/inspect.js';
import { componentTexts, demosOf, describeProgram, programId } from './state.js';

/** The best program of a compile, in a form that loads back. */
export type BestOf = NonNullable<CompileEnding['best']>;

/**
 * The best program in what a compile returned.
 *
 * Formats: `ax-optimized-program` is what ax's `axSerializeOptimizedProgram` gives; `ax-ace-program` is the same of
 * ACE's result, with its playbook as ACE renders it in `renderedPlaybook`; `demos` is what `setDemos` takes (Bootstrap);
 * `state` is texts, demos and model settings of a program that was returned itself, or in `{ program }`.
 *
 * @param result what `compile` returned
 * @param program the program that was compiled
 * @returns `undefined` where the result holds no program
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
 * GEPA searches texts and leaves the program the demos it came with, but its result has none of them; ax's `optimize()`
 * puts them in after the compile. The best program is the one that was scored: with them.
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

/**
 * The playbook as text, rendered by ax itself: ACE's result is applied to an object that only notes the description.
 */
function renderedPlaybook(optimized: UnknownObject): string | undefined {
  const applyTo = methodOf(optimized, 'applyTo');
  if (!isObject(safeGet(optimized, 'playbook')) || applyTo === undefined) return undefined;
  let description: string | undefined;
  const note = {
    getSignature: () => ({ getDescription: () => '' }),
    setDescription: (text: string) => {
      description = text;
    },
  };
  try {
    applyTo.call(Object.create(optimized, { baseInstruction: { value: '' } }), note);
  } catch {
    return undefined;
  }
  return description ?? '';
}

/** Description of a program with a playbook, as ax's ACE composes it. */
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
