import { type BestModel, bestModelText } from '../contract/best-model.js';
import type { Json, JsonObject } from '../contract/events.js';
import { safeJson } from './format/text.js';

/**
 * Serializes a best program so that both `loadBest` and ax can load it. ax's `axDeserializeOptimizedProgram` expects
 * texts (`componentMap`), demonstrations and model settings at the top level.
 *
 * A program that ax serialized is written unchanged. If the optimizer returned none (Bootstrap, a custom optimizer), or
 * one that ax cannot apply from a file (ACE's playbook), the scored state is written instead.
 */
export function loadableText({ v, ...best }: BestModel): string {
  const { runId, compileId, optimizer } = best;
  const file = JSON.parse(bestModelText(best, { runId, compileId, optimizer })) as JsonObject;
  return `${safeJson(JSON.stringify({ ...forAx(best), ...file }, null, 2))}\n`;
}

function forAx({ format, program, candidate, score, optimizer }: Omit<BestModel, 'v'>): JsonObject {
  const own = isObject(program) ? program : {};
  const result = { bestScore: score, optimizerType: optimizer, optimizationTime: 0, totalRounds: 0, converged: false };
  if (format === 'ax-optimized-program') return { ...result, ...own };
  if (format === 'demos') return { ...result, demos: candidate.demos };
  // A program without a text has an empty one. Setting it could change the request that the program renders.
  const texts = Object.entries(candidate.texts).filter(([, text]) => text !== '');
  const { modelConfig, demos } = candidate;
  return {
    ...result,
    ...own,
    componentMap: Object.fromEntries(texts),
    ...(demos.length > 0 ? { demos } : {}),
    ...(modelConfig ? { modelConfig } : {}),
  };
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
