import type { CertificateCheck, ErrorData, JsonObject, LMData } from '../../contract/events.js';
import { NOT_CAPTURED } from '../../support/capture.js';
import { settings } from '../../support/settings.js';
import { snapshot } from '../../support/snapshot/snapshot.js';
import { ALL, type Apply, applying, type Context, isCaptured, KEPT, or, orNothing, type Reduce } from './rules.js';

/** A text that can only be a name: no sentence, no data. */
const NAME = /^[\w$.:/@-]{1,100}$/;

/** Keeps a name or code that someone else chose. Anything longer may be a text. */
export const nameOnly: Reduce<string | undefined> = (text, { capture }) =>
  isCaptured(ALL, capture) || NAME.test(text) ? text : NOT_CAPTURED;

/** Keeps the name and code of an error and of its causes. A message can quote anything: a prompt, an answer, an example. */
export const errorOnly: Reduce<ErrorData | undefined> = (error, context) => reduceError(error, context);

const reduceError: Apply<ErrorData> = applying<ErrorData>({
  name: nameOnly as Reduce<string>,
  message: or(ALL, NOT_CAPTURED),
  code: nameOnly,
  stack: orNothing(ALL),
  cause: (cause, context) => reduceError(cause, context),
});

/** Keeps the numbers. A metric may return texts beside its scores. */
export function numbersOnly<V extends { readonly [key: string]: number } | undefined>(
  scores: NonNullable<V>,
  { capture }: Context,
): V {
  if (isCaptured(ALL, capture) || Object.values(scores).every(isNumber)) return scores;
  return Object.fromEntries(Object.entries(scores).filter(([, score]) => isNumber(score))) as V;
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number';
}

/** Settings whose texts are one of a few words, or the name of a model. */
const NAMES: ReadonlySet<string> = new Set([
  ...['auto', 'metricKey', 'metric_key', 'model', 'embedModel', 'embed_model', 'optimizerType', 'serviceTier'],
  ...['service_tier', 'effort', 'reasoningEffort', 'thinkingTokenBudget', 'strategy', 'selectionStrategy', 'phase'],
]);

/** Objects that hold settings and statistics. Any other object can be an example. */
const GROUPS: ReadonlySet<string> = new Set([
  ...['aceOptions', 'aceConfig', 'modelConfig', 'configuration', 'finalConfiguration', 'bestConfiguration', 'stats'],
  ...['resourceUsage', 'convergenceInfo', 'costByModel', 'latencyByModel', 'baseline', 'final', 'retry', 'thinking'],
]);

/**
 * Keeps the numbers and switches of an object of options, settings or results, and the texts of well-known settings. The
 * names of fields stay unless they can be texts. Everything else can be content, such as an options object with examples.
 */
export const settingsOnly: Reduce<JsonObject> = (values, { capture }) => {
  if (isCaptured(ALL, capture)) return values;
  // The snapshot reads the user's objects safely.
  return numbersAndNames(snapshot(values, settings().redactor) as JsonObject);
};

function numbersAndNames(values: JsonObject): JsonObject {
  const left: Record<string, JsonObject[string]> = {};
  for (const [name, value] of Object.entries(values)) {
    // An object by example has texts as names.
    if (!NAME.test(name)) continue;
    if (value === null || typeof value === 'number' || typeof value === 'boolean') left[name] = value;
    else if (typeof value === 'string') left[name] = NAMES.has(name) && NAME.test(value) ? value : NOT_CAPTURED;
    else left[name] = GROUPS.has(name) && !Array.isArray(value) ? numbersAndNames(value as JsonObject) : NOT_CAPTURED;
  }
  return left;
}

/** Reduces the description of an LM. */
export const reduceLM = applying<LMData>({ name: KEPT, provider: KEPT, model: KEPT, settings: settingsOnly });

/** The detail of a check that passed quotes nothing. Any other may quote texts and requests that differ, or an error. */
const DETAILS: { readonly [N in CertificateCheck['name']]: string } = {
  returned: 'the state of the returned program',
  serialized: 'the state that was read back from JSON',
  loaded: 'the state of a fresh program that loads it',
  rendered: 'the requests that the loaded program sends',
};

/** Reduces a check of a certificate. */
export const reduceCheck = applying<CertificateCheck>({
  name: KEPT,
  passed: KEPT,
  detail: (detail, { capture }, { name, passed }) => {
    if (isCaptured(ALL, capture) || passed === true) return detail;
    return `${DETAILS[name]} ${passed === false ? 'differs' : 'could not be checked'} ${NOT_CAPTURED}`;
  },
});
