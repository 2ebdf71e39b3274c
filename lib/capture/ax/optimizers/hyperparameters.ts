import { hasPlainPrototype, isObject, methodOf, safeGet } from '../../observe/inspect.js';

/** Own fields of ax's optimizers that are internal state rather than settings. */
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
 * Returns the effective settings of an optimizer: its own scalar fields, with defaults and the preset `options.auto`
 * applied. Those of ACE are in its `aceConfig`. Internal state and objects are skipped.
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

/** Returns the optimizer with the preset applied. `compile` applies it later, so it is applied to a derived object here. */
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

/** Returns the options of a `compile` that are scalars or plain objects of scalars, without datasets and services. */
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
