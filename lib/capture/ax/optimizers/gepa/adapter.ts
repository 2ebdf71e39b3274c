import { traceOf } from '../../../../track/traces/trace-links.js';
import { safeGet } from '../../../observe/inspect.js';
import type { ScoreVector } from '../../access/objects.js';
import { scalarize, zeroScores } from '../../watch/scores.js';
import type { Row } from './search.js';

/**
 * The result of a user's `gepaAdapter.evaluate`, read row by row as GEPA does. If GEPA cannot use the result, it evaluates
 * the batch again itself, and no row of the result counts.
 */
export class AdapterRows {
  #rows: Row[] = [];

  readonly #set: readonly unknown[];
  readonly #result: unknown;
  readonly #objectives: Set<string>;

  /** @param objectives collects the names of all objectives of the compile */
  constructor(set: readonly unknown[], result: unknown, objectives: Set<string>) {
    this.#set = set;
    this.#result = result;
    this.#objectives = objectives;
  }

  /** Returns all rows, ranked by a key or the mean; `undefined` if GEPA fails on the result. */
  all(metricKey: unknown): readonly Row[] | undefined {
    try {
      for (const [index, example] of this.#set.entries()) {
        const { prediction, scores } = this.#read(index);
        for (const key of Object.keys(scores)) this.#objectives.add(key);
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

  /** Adds the next row, ranked by the user's function. Returns all rows after the last one. */
  ranked(scores: ScoreVector, scalar: number): readonly Row[] | undefined {
    const index = this.#rows.length;
    for (const key of Object.keys(scores)) this.#objectives.add(key);
    const prediction = safeGet(safeGet(this.#result, 'outputs'), index);
    this.#rows.push({ example: this.#set[index], prediction, scores, scalar, ...traceIdOf(prediction) });
    return this.#rows.length === this.#set.length ? this.#rows : undefined;
  }

  /** @throws TypeError for the results for which GEPA throws */
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
    return { prediction, scores: Number.isFinite(score) ? { score: Number(score) } : zeroScores(this.#objectives) };
  }
}

function traceIdOf(prediction: unknown): { readonly traceId?: string } {
  const traceId = traceOf(prediction);
  return traceId === undefined ? {} : { traceId };
}
