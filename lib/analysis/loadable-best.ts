import { type BestModel, bestModelText } from '../contract/best-model.js';
import type { Json, JsonObject } from '../contract/events.js';
import { safeJson } from './format/text.js';

/**
 * The text of a best program that two readers take: `loadBest`, and ax itself, whose `axDeserializeOptimizedProgram` looks
 * for texts (`componentMap`), demonstrations and model settings at the top.
 *
 * What ax serialized is there as it was. Where the optimizer gave no such program (Bootstrap, a program of one's own), or one
 * that ax cannot apply from a file (ACE's playbook), the state that was scored stands in its place.
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
  // An empty text is that of a program without one: setting it could render another request.
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
