import { isObject } from '../../observe/inspect.js';
import type { ScoreVector } from '../access/objects.js';

/**
 * The arithmetic of ax's GEPA, on the same numbers in the same order, so that sums are equal to the last bit (ax 24.0.21:
 * dsp/optimizers/gepaEvaluation.ts, paretoUtils.ts).
 */

/** Reduces a score vector to one number, as GEPA does without `paretoScalarize`. */
export function scalarize(scores: ScoreVector, metricKey: unknown): number {
  if (typeof metricKey === 'string' && metricKey !== '') {
    const value = scores[metricKey];
    return Number.isFinite(value) ? (value as number) : 0;
  }
  const values = Object.values(scores);
  return values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : 0;
}

/** Returns the score vector that GEPA reads from a metric's return value: its finite numbers. */
export function normalizeScores(raw: unknown): Record<string, number> {
  if (typeof raw === 'number') return Number.isFinite(raw) ? { score: raw } : {};
  if (!isObject(raw) || typeof raw === 'function') return {};
  const scores: Record<string, number> = {};
  for (const [key, value] of Object.entries(raw)) {
    if (typeof value === 'number' && Number.isFinite(value)) scores[key] = value;
  }
  return scores;
}

/** Returns the scores of an example that failed: 0 in every objective that another example had. */
export function zeroScores(objectives: ReadonlySet<string>): Record<string, number> {
  if (objectives.size === 0) return { score: 0 };
  return Object.fromEntries([...objectives].map((key) => [key, 0]));
}

/** Returns the mean of each objective over the vectors that have it. */
export function averageScores(vectors: readonly ScoreVector[]): Record<string, number> {
  const sums: Record<string, number> = {};
  const counts: Record<string, number> = {};
  for (const vector of vectors) {
    for (const [key, value] of Object.entries(vector)) {
      sums[key] = (sums[key] ?? 0) + value;
      counts[key] = (counts[key] ?? 0) + 1;
    }
  }
  return Object.fromEntries(Object.keys(sums).map((key) => [key, (sums[key] ?? 0) / (counts[key] ?? 1)]));
}

/** Returns the indices of the vectors that no other dominates, with tolerance `eps`. */
export function paretoFront(vectors: readonly ScoreVector[], eps: number): number[] {
  const indices = vectors.map((_, index) => index);
  return indices.filter((i) => {
    const own = vectors[i] as ScoreVector;
    return !indices.some((j) => j !== i && dominates(vectors[j] as ScoreVector, own, eps));
  });
}

function dominates(a: ScoreVector, b: ScoreVector, eps: number): boolean {
  let better = false;
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const left = a[key] ?? 0;
    const right = b[key] ?? 0;
    if (left + eps < right) return false;
    if (left > right + eps) better = true;
  }
  return better;
}

/** Returns the hypervolume of a front with two objectives, and 0 for any other number, as GEPA does for its archive. */
export function hypervolume(front: readonly ScoreVector[]): number {
  const [x, y, more] = Object.keys(front[0] ?? {});
  if (x === undefined || y === undefined || more !== undefined) return 0;
  let volume = 0;
  let height = 0;
  for (const point of [...front].sort((a, b) => (b[x] ?? 0) - (a[x] ?? 0))) {
    volume += (point[x] ?? 0) * Math.max((point[y] ?? 0) - height, 0);
    height = Math.max(height, point[y] ?? 0);
  }
  return volume;
}
