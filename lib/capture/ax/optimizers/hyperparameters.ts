import { hasPlainPrototype, isObject, methodOf, safeGet } from '../../observe/inspect.js';

/** Own fields of ax's optimizers that are bookkeeping, not settings. */
const BOOKKEEPING = new Set([
  'currentRound',
  'scoreHistory',
  'configurationHistory',
  'stats',
  'resultExplainer',
  'feedbackMemory',
  'mergesUsed',
  'mergesDue',
  'totalMergesTested',
  'lastIterFoundNewProgram',
  'mergeAttemptKeys',
  'mergeCompositionKeys',
  'rngState',
  'samplerState',
  'localScoreHistory',
  'localConfigurationHistory',
  'traces',
  'playbook',
  'baseInstruction',
  'generatorHistory',
  'deltaHistory',
  'initialPlaybook',
]);

/**
 * An optimizer's real settings: its own scalar fields, defaults included, as they are once `options.auto` was applied.
 * ACE's are in its `aceConfig`. Bookkeeping and objects are left out.
 */
export function axHyperparametersOf(optimizer: object, options: unknown): Record<string, unknown> {
  const configured = afterAuto(optimizer, safeGet(options, 'auto'));
  const settings: Record<string, unknown> = {};
  for (const key of Object.keys(optimizer)) {
    const value = safeGet(configured, key);
    if (key === 'aceConfig' && isObject(value)) Object.assign(settings, scalarsOf({ ...value, ...definedOf(options) }));
    else if (!BOOKKEEPING.has(key) && isSetting(value)) settings[key] = value;
  }
  return settings;
}

/** `compile` would apply the preset later: it is applied to an object that inherits everything from the optimizer. */
function afterAuto(optimizer: object, auto: unknown): object {
  const configure = methodOf(optimizer, 'configureAuto');
  if (auto === undefined || configure === undefined || methodOf(optimizer, 'nextMinibatchIndices') === undefined) {
    return optimizer;
  }
  const preview = Object.create(optimizer) as object;
  try {
    configure.call(preview, auto);
  } catch {
    return optimizer;
  }
  return preview;
}

function definedOf(options: unknown): Record<string, unknown> {
  const given = safeGet(options, 'aceOptions');
  if (!isObject(given)) return {};
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined && value !== null));
}

/** Options of one `compile`: scalars, and plain objects of scalars. Datasets, functions and services are none. */
export function compileOptionsOf(options: unknown): Record<string, unknown> {
  if (!isObject(options)) return {};
  const settings: Record<string, unknown> = {};
  for (const key of Object.keys(options)) {
    const value = safeGet(options, key);
    if (isSetting(value)) settings[key] = value;
    else if (hasPlainPrototype(value)) {
      const inner = scalarsOf(value);
      if (Object.keys(inner).length > 0) settings[key] = inner;
    }
  }
  return settings;
}

function scalarsOf(object: object): Record<string, unknown> {
  const scalars: Record<string, unknown> = {};
  for (const key of Object.keys(object)) {
    const value = safeGet(object, key);
    if (!BOOKKEEPING.has(key) && isSetting(value)) scalars[key] = value;
  }
  return scalars;
}

function isSetting(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
