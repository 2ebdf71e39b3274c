import { traceOf } from '../../../../track/traces/trace-links.js';
import { safeGet } from '../../../observe/inspect.js';
import type { ScoreVector } from '../../access/objects.js';
import { scalarize, zeroScores } from '../../watch/scores.js';
import type { Row } from './search.js';

/**
 * What a user's `gepaAdapter.evaluate` returned, row by row as GEPA reads it. A result that GEPA cannot use makes it
 * evaluate the batch again by itself: then no row of it counts.
 */
export class AdapterRows {
  #rows: Row[] = [];

  readonly #set: readonly unknown[];
  readonly #result: unknown;
  readonly #seen: Set<string>;

  constructor(set: readonly unknown[], result: unknown, seen: Set<string>) {
    this.#set = set;
    this.#result = result;
    this.#seen = seen;
  }

  /** All rows, where GEPA ranks by a key or the mean; `undefined` where it fails on the result. */
  all(metricKey: unknown): readonly Row[] | undefined {
    try {
      for (const [index, example] of this.#set.entries()) {
        const { prediction, scores } = this.#read(index);
        for (const key of Object.keys(scores)) this.#seen.add(key);
        this.#rows.push({
          example,
          prediction,
          scores,
          scalar: scalarize(scores, metricKey),
          ...traceIdOf(prediction),
        });
      }
      return this.#rows;
    } catch {
      return undefined;
    }
  }

  /** The user's function ranked the next row; all rows once that was the last one. */
  ranked(scores: ScoreVector, scalar: number): readonly Row[] | undefined {
    const index = this.#rows.length;
    for (const key of Object.keys(scores)) this.#seen.add(key);
    const prediction = safeGet(safeGet(this.#result, 'outputs'), index);
    this.#rows.push({ example: this.#set[index], prediction, scores, scalar, ...traceIdOf(prediction) });
    return this.#rows.length === this.#set.length ? this.#rows : undefined;
  }

  /** @throws TypeError where GEPA would, too */
  #read(index: number): { prediction: unknown; scores: ScoreVector } {
    const { outputs, scores, scoreVectors } = this.#result as {
      readonly outputs: readonly unknown[];
      readonly scores: readonly unknown[];
      readonly scoreVectors?: readonly (ScoreVector | undefined)[] | null;
    };
    const prediction = outputs[index];
    const vector = scoreVectors?.[index];
    if (vector !== undefined && vector !== null) return { prediction, scores: vector };
    const score = scores[index];
    return { prediction, scores: Number.isFinite(score) ? { score: Number(score) } : zeroScores(this.#seen) };
  }
}

function traceIdOf(prediction: unknown): { readonly traceId?: string } {
  const traceId = traceOf(prediction);
  return traceId === undefined ? {} : { traceId };
}
