import type { LMInput } from '../../../track/types.js';
import {
  asText,
  hasPlainPrototype,
  isObject,
  methodOf,
  safeCall,
  safeGet,
  type UnknownObject,
} from '../../observe/inspect.js';

const SECRET_NAME = /api[-_]?key|secret|token$|access[-_]?key|password|credential|authorization/i;

/** Options of a service that affect its answers. Functions, keys and headers are not settings. */
const OPTION_NAMES = ['timeout', 'serviceTier', 'debug', 'retry', 'customLabels', 'corsProxy'] as const;

/**
 * Describes an AI service of ax: provider, model and settings. Reads no keys and headers.
 *
 * @param name `student`, `teacher`, or the name of the argument that contains the service
 * @returns `undefined` for an object without `chat`, which is not an AI service
 */
export function describeService(name: string, ai: unknown): LMInput | undefined {
  if (!isService(ai)) return undefined;
  return { name, provider: providerOf(ai), model: modelOf(ai), settings: serviceSettings(ai) };
}

/** Returns whether the value is an AI service, which has a method `chat`. */
export function isService(value: unknown): value is UnknownObject {
  return methodOf(value, 'chat') !== undefined;
}

/** Returns the name that the service reports; `unknown` if it reports none. */
export function providerOf(ai: unknown): string {
  return asText(safeCall(ai, 'getName') ?? safeGet(ai, 'name')) ?? 'unknown';
}

/** Returns the model that the service used last, or else its configured model; `unknown` if there is none. */
function modelOf(ai: unknown): string {
  return (
    asText(safeCall(ai, 'getLastUsedChatModel')) ??
    asText(safeGet(safeGet(ai, 'defaults'), 'model')) ??
    asText(safeGet(safeGet(safeGet(ai, 'ai'), 'defaults'), 'model')) ??
    asText(safeGet(ai, 'defaultModel')) ??
    'unknown'
  );
}

/** Returns the model of a call that names none: the configured one, or else the one used last; `unknown` if none. */
export function modelOfCall(ai: unknown, operation: string): string {
  const isEmbedding = operation === 'embed';
  return (
    asText(safeGet(safeGet(ai, 'defaults'), isEmbedding ? 'embedModel' : 'model')) ??
    asText(safeCall(ai, isEmbedding ? 'getLastUsedEmbedModel' : 'getLastUsedChatModel')) ??
    (isEmbedding ? 'unknown' : modelOf(ai))
  );
}

function serviceSettings(ai: UnknownObject): Record<string, unknown> {
  const settings: Record<string, unknown> = {};
  const config =
    safeCall(safeGet(ai, 'aiImpl'), 'getModelConfig') ??
    safeCall(safeGet(safeGet(ai, 'ai'), 'aiImpl'), 'getModelConfig') ??
    safeCall(ai, 'getLastUsedModelConfig');
  copyPlain(config, settings);
  const options = safeCall(ai, 'getOptions');
  for (const option of OPTION_NAMES) {
    const value = safeGet(options, option);
    if (isSetting(value)) settings[option] = value;
  }
  return settings;
}

function copyPlain(from: unknown, to: Record<string, unknown>): void {
  if (!isObject(from)) return;
  for (const key of Object.keys(from)) {
    const value = safeGet(from, key);
    if (!SECRET_NAME.test(key) && isSetting(value)) to[key] = value;
  }
}

function isSetting(value: unknown): boolean {
  if (value === undefined || value === null || typeof value === 'function' || typeof value === 'symbol') return false;
  if (typeof value !== 'object') return true;
  return Array.isArray(value) || hasPlainPrototype(value);
}

/**
 * Returns the secrets in the fields of a service, so that the redactor can learn them. Empty for most providers, which keep
 * the key in a closure.
 */
export function secretsOf(ai: unknown): string[] {
  const secrets = new Set<string>();
  findSecrets(ai, secrets, new Set(), 0);
  return [...secrets];
}

function findSecrets(value: unknown, secrets: Set<string>, visited: Set<unknown>, depth: number): void {
  if (typeof value !== 'object' || value === null || depth > 3 || visited.has(value)) return;
  visited.add(value);
  for (const key of Object.keys(value)) {
    const field = Object.getOwnPropertyDescriptor(value, key)?.value as unknown;
    if (typeof field === 'string' && field.length >= 8 && SECRET_NAME.test(key)) secrets.add(field);
    else findSecrets(field, secrets, visited, depth + 1);
  }
}
