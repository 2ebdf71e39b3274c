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

/** Options of a service that say how it answers; functions, keys and headers are no settings. */
const OPTION_NAMES = ['timeout', 'serviceTier', 'debug', 'retry', 'customLabels', 'corsProxy'] as const;

/**
 * An ax AI service as a sink shows it: provider, model, settings. Keys and headers are not read.
 *
 * @param name `student`, `teacher` or the argument it came in
 * @returns `undefined` for what is no AI service (it has no `chat`)
 */
export function describeService(name: string, ai: unknown): LMInput | undefined {
  if (!isService(ai)) return undefined;
  return { name, provider: providerOf(ai), model: modelOf(ai), settings: serviceSettings(ai) };
}

/** Whether that is an AI service: it has a `chat`. */
export function isService(value: unknown): value is UnknownObject {
  return methodOf(value, 'chat') !== undefined;
}

/** What the service calls itself. */
export function providerOf(ai: unknown): string {
  return asText(safeCall(ai, 'getName') ?? safeGet(ai, 'name')) ?? 'unknown';
}

/** The model it used last, else the one it is set up with. */
export function modelOf(ai: unknown): string {
  return (
    asText(safeCall(ai, 'getLastUsedChatModel')) ??
    asText(safeGet(safeGet(ai, 'defaults'), 'model')) ??
    asText(safeGet(safeGet(safeGet(ai, 'ai'), 'defaults'), 'model')) ??
    asText(safeGet(ai, 'defaultModel')) ??
    'unknown'
  );
}

/** The model that a call gets which names none: the one the service is set up with, else the one it used last. */
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
    if (isShown(value)) settings[option] = value;
  }
  return settings;
}

function copyPlain(from: unknown, to: Record<string, unknown>): void {
  if (!isObject(from)) return;
  for (const key of Object.keys(from)) {
    const value = safeGet(from, key);
    if (!SECRET_NAME.test(key) && isShown(value)) to[key] = value;
  }
}

function isShown(value: unknown): boolean {
  if (value === undefined || value === null || typeof value === 'function' || typeof value === 'symbol') return false;
  if (typeof value !== 'object') return true;
  return Array.isArray(value) || hasPlainPrototype(value);
}

/**
 * Keys that can be read off a service, so that a redactor can learn them. Most providers keep the key in a closure,
 * where nobody can read it; an empty list is then the answer.
 */
export function secretsOf(ai: unknown): string[] {
  const secrets = new Set<string>();
  findSecrets(ai, secrets, new Set(), 0);
  return [...secrets];
}

function findSecrets(value: unknown, secrets: Set<string>, seen: Set<unknown>, depth: number): void {
  if (typeof value !== 'object' || value === null || depth > 3 || seen.has(value)) return;
  seen.add(value);
  for (const key of Object.keys(value)) {
    const field = Object.getOwnPropertyDescriptor(value, key)?.value as unknown;
    if (typeof field === 'string' && field.length >= 8 && SECRET_NAME.test(key)) secrets.add(field);
    else findSecrets(field, secrets, seen, depth + 1);
  }
}
