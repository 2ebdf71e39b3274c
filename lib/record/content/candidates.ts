import type { BestProgramData, CandidateData, DatasetData, Json, JsonObject } from '../../contract/events.js';
import type { Capture } from '../../support/capture.js';
import {
  ALL,
  type Apply,
  applying,
  BOTH,
  type Context,
  INPUTS,
  isCaptured,
  KEPT,
  orNothing,
  orNull,
  PROMPTS,
  type Reduce,
  type Rule,
} from './rules.js';
import { settingsOnly } from './values.js';

const NO_TEXTS = Object.freeze({});
const NO_DEMOS: readonly Json[] = Object.freeze([]);

type Part = NonNullable<CandidateData['withheld']>[number];

/** The parts that make up a state. */
const PARTS: readonly Part[] = ['texts', 'demos', 'modelConfig', 'state'];

const reduceParts: Apply<CandidateData> = applying<CandidateData>({
  id: KEPT,
  texts: (texts, { capture }) => (isCaptured(PROMPTS, capture) || isEmpty(texts) ? texts : NO_TEXTS),
  demos: (demos, { capture }) => (isCaptured(BOTH, capture) || demos.length === 0 ? demos : NO_DEMOS),
  modelConfig: (config, context, whole) => unchanged(config, settingsOnly(config, context, whole) as JsonObject),
  state: orNothing(ALL),
  parents: KEPT,
  withheld: KEPT,
});

function isEmpty(object: object): boolean {
  for (const _ in object) return false;
  return true;
}

/** Returns `value` if the other one is equal to it. */
function unchanged<V extends JsonObject>(value: V, reduced: V): V {
  return JSON.stringify(value) === JSON.stringify(reduced) ? value : reduced;
}

/** Reduced candidates, for the switches in effect. A candidate is recorded with each of its trials. */
let reduced: { readonly capture: Capture | null; readonly by: WeakMap<CandidateData, CandidateData> } = {
  capture: null,
  by: new WeakMap(),
};

/** Reduces a candidate, and names the parts that are missing then. */
export function reduceCandidate(candidate: CandidateData, context: Context): CandidateData {
  const { demos, modelConfig, state } = candidate;
  const { capture } = context;
  if (capture.prompts && demos.length === 0 && modelConfig === undefined && state === undefined) return candidate;
  if (reduced.capture !== capture) reduced = { capture, by: new WeakMap() };
  const known = reduced.by.get(candidate);
  if (known !== undefined) return known;
  const parts = reduceParts(candidate, context);
  const withheld = PARTS.filter((part) => parts[part] !== candidate[part]);
  const result = withheld.length === 0 ? candidate : Object.freeze({ ...parts, withheld: Object.freeze(withheld) });
  reduced.by.set(candidate, result);
  return result;
}

/** Reduces a dataset to its name, size, digest and the names of its fields. */
export const reduceDataset = applying<DatasetData>({
  name: KEPT,
  size: KEPT,
  digest: KEPT,
  fields: KEPT,
  examples: orNull(INPUTS),
});

/** A field of a saved program, and the part of the candidate's state that it holds. */
interface ProgramField {
  readonly rule: Rule<Json | undefined>;
  readonly part?: Part;
}

const TEXTS: ProgramField = { rule: orNothing(PROMPTS), part: 'texts' };
const SETTINGS = settingsOnly as Reduce<Json | undefined>;

/** The known fields of a saved program: those of ax's results and of our own states. Any other field counts as content. */
const PROGRAM: Readonly<Record<string, ProgramField>> = {
  texts: TEXTS,
  componentMap: TEXTS,
  instructionMap: TEXTS,
  instruction: TEXTS,
  baseInstruction: TEXTS,
  renderedPlaybook: TEXTS,
  demos: { rule: orNothing(BOTH), part: 'demos' },
  examples: { rule: orNothing(BOTH) },
  modelConfig: { rule: SETTINGS, part: 'modelConfig' },
  state: { rule: orNothing(ALL), part: 'state' },
  stats: { rule: SETTINGS },
  optimizerType: { rule: KEPT },
};
const UNKNOWN: ProgramField = { rule: orNothing(ALL) };

interface Reduced {
  readonly program: Json;
  readonly withheld: readonly Part[];
}

/** Returns a saved program without the fields that are not captured. A field that is not known counts as content. */
function reduceProgram(program: Json, context: Context): Reduced {
  if (isCaptured(ALL, context.capture)) return { program, withheld: [] };
  if (program === null || typeof program !== 'object' || Array.isArray(program)) {
    return { program: null, withheld: ['state'] };
  }
  const left: Record<string, Json> = {};
  const withheld = new Set<Part>();
  for (const [name, value] of Object.entries(program as JsonObject)) {
    const { rule, part } = Object.hasOwn(PROGRAM, name) ? (PROGRAM[name] as ProgramField) : UNKNOWN;
    const kept = reduceField(value, rule, context);
    if (kept !== undefined) left[name] = kept;
    if (part !== undefined && !isSame(kept, value)) withheld.add(part);
  }
  return { program: left, withheld: PARTS.filter((part) => withheld.has(part)) };
}

function reduceField(value: Json, rule: ProgramField['rule'], context: Context): Json | undefined {
  if (value === null || value === '' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (rule === KEPT || (typeof value === 'object' && isEmpty(value))) return value;
  if (typeof rule === 'function') return rule(value, context, undefined);
  return isCaptured(rule.needs, context.capture) ? value : rule.instead;
}

function isSame(kept: Json | undefined, value: Json): boolean {
  return kept === value || JSON.stringify(kept) === JSON.stringify(value);
}

/** Returns the parts of a best program that are not recorded with the switches in effect. */
export function withheldFrom(best: BestProgramData, capture: Capture): readonly Part[] {
  return reduceBest(best, { capture, place: {}, derived: [] }).candidate.withheld ?? [];
}

/** Reduces a best program. Its candidate names the parts that are missing in either, so that nobody loads half a program. */
export function reduceBest(best: BestProgramData, context: Context): BestProgramData {
  const { score, format, secrets, altered } = best;
  const { program, withheld } = reduceProgram(best.program, context);
  const candidate = reduceCandidate(best.candidate, context);
  const all = PARTS.filter((part) => withheld.includes(part) || candidate.withheld?.includes(part));
  if (all.length > 0) return { candidate: { ...candidate, withheld: all }, score, format, program };
  const lists = { ...(secrets ? { secrets } : {}), ...(altered ? { altered } : {}) };
  return { candidate, score, format, program, ...lists };
}
