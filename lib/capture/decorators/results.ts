import type { ExampleResult } from '../../track/types.js';
import type { ReadResult } from '../evaluation-call.js';
import { isObject, isPlainObject } from '../observe/inspect.js';
import type { AnyOptions } from './options.js';

/**
 * Reads an evaluation's return value: a number, or `{ score, scores?, results? }`. The readers in the options take
 * precedence. Only arrays are read as `results`, because reading another iterable might consume it.
 */
export function readResult(result: unknown, options: AnyOptions): ReadResult {
  const fields = isObject(result) ? (result as Readonly<Record<string, unknown>>) : {};
  const score = toNumber(options.score ? options.score(result) : isObject(result) ? fields.score : result);
  const rows: unknown = options.results ? options.results(result) : fields.results;
  const listed: readonly unknown[] | undefined =
    options.results && isIterable(rows) ? [...rows] : Array.isArray(rows) ? rows : undefined;
  const scores = isObject(result) ? numbersOf(fields.scores) : undefined;
  return {
    ...(score === undefined ? {} : { score }),
    ...(scores ? { scores } : {}),
    ...(listed ? { rows: listed.filter(isObject).map(readRow) } : {}),
  };
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return isObject(value) && typeof (value as { [Symbol.iterator]?: unknown })[Symbol.iterator] === 'function';
}

function readRow(row: object): ExampleResult {
  if (Array.isArray(row)) {
    const [example, prediction, score] = row as readonly unknown[];
    return { example, prediction, ...readScore(score) };
  }
  const fields = row as Readonly<Record<string, unknown>>;
  const { example, prediction, feedback, error, durationMs, traceId } = fields;
  const scores = numbersOf(fields.scores);
  return {
    example,
    prediction,
    ...readScore(fields.score),
    ...(scores ? { scores } : {}),
    ...(typeof feedback === 'string' ? { feedback } : {}),
    ...(error === undefined || error === null ? {} : { error }),
    ...(typeof durationMs === 'number' ? { durationMs } : {}),
    ...(typeof traceId === 'string' ? { traceId } : {}),
  };
}

/** The score of one example, as a metric returned it. */
export interface Score {
  readonly score?: number;
  readonly scores?: Readonly<Record<string, number>>;
  readonly feedback?: string;
}

/**
 * Reads the return value of a metric: a number or boolean (1 or 0); `{ score, feedback? }`; or one number per objective,
 * whose score is their mean, as in ax's GEPA without `paretoMetricKey` and `paretoScalarize`.
 *
 * @returns `{}` if it contains no score
 */
export function readScore(value: unknown): Score {
  const plain = toNumber(value);
  if (plain !== undefined) return { score: plain };
  if (!isPlainObject(value)) return {};
  const { score, feedback } = value;
  const own = toNumber(score);
  const comment = typeof feedback === 'string' ? { feedback } : {};
  const scores = numbersOf('scores' in value ? value.scores : value);
  if (own !== undefined) {
    const several = scores !== undefined && ('scores' in value || Object.keys(scores).length > 1);
    return { score: own, ...(several ? { scores } : {}), ...comment };
  }
  if (scores === undefined) return {};
  const all = Object.values(scores);
  return { score: all.reduce((sum, each) => sum + each, 0) / all.length, scores, ...comment };
}

function toNumber(value: unknown): number | undefined {
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function numbersOf(value: unknown): Readonly<Record<string, number>> | undefined {
  if (!isPlainObject(value)) return undefined;
  const numbers = Object.entries(value).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number' && Number.isFinite(entry[1]),
  );
  return numbers.length === 0 ? undefined : Object.fromEntries(numbers);
}
