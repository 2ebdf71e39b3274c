import { received } from 'ax-autolog/sink';
import { MlflowError } from './errors.js';
import type { KeyValue, Metric, ServerRun } from './types.js';

/**
 * Readers for answers of the server, which may hold anything: a field that is missing or has another type counts as empty.
 * Objects are copied without a prototype, so that only their own fields are seen.
 */

type Fields = Readonly<Record<string, unknown>>;

const NO_FIELDS: Fields = Object.freeze(Object.create(null));
/** Most members of a list that are read. No list of MLflow that the sink reads has as many. */
const MAX_MEMBERS = 100_000;
/** Form of MLflow's ids (mlflow/utils/validation.py of MLflow 3.17.2): they are part of paths, headers and filters. */
const ID = /^[A-Za-z0-9][\w-]{0,255}$/;
/** Longest location of artifacts. MLflow stores at most 1,000 characters. */
const MAX_URI_CHARS = 4_096;

/** Returns the own fields of `value` if it is an object, else none. */
export function object(value: unknown): Fields {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return NO_FIELDS;
  return Object.assign(Object.create(null), value) as Fields;
}

/**
 * Returns the members of a list as objects.
 *
 * @throws MlflowError `AXL_MLFLOW_RESPONSE` if there are more than 100,000
 */
export function list(value: unknown): readonly Fields[] {
  if (!Array.isArray(value)) return [];
  if (value.length > MAX_MEMBERS)
    throw unexpected('a list of the answer', `at most ${MAX_MEMBERS} members`, value.length);
  return value.map(object);
}

/** Returns a text or number as text, else an empty text. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

/**
 * Returns an id that the server assigned.
 *
 * @throws MlflowError `AXL_MLFLOW_RESPONSE` if it is missing or does not have the form of MLflow's ids
 */
export function id(value: unknown, field: string): string {
  const found = text(value);
  if (ID.test(found)) return found;
  throw unexpected(field, 'an id of an MLflow server (letters, digits, _ and -)', value);
}

/** Returns a whole number, also of decimal digits in a text; 0 for anything else. */
export function whole(value: unknown): number {
  const number = typeof value === 'string' && /^-?\d{1,16}$/.test(value) ? Number(value) : value;
  return Number.isSafeInteger(number) ? (number as number) : 0;
}

/** Returns the location of artifacts; an empty text if it is longer than any of MLflow's. */
export function artifactUri(value: unknown): string {
  const found = text(value);
  return found.length <= MAX_URI_CHARS ? found : '';
}

/** Converts `[{ key, value }]` to a map. */
export function pairs(value: unknown): ReadonlyMap<string, string> {
  return new Map(list(value).map((pair) => [text(pair.key), text(pair.value)]));
}

/**
 * Reads a run in an answer of `runs/get`, `runs/create` or `runs/search`.
 *
 * @throws MlflowError `AXL_MLFLOW_RESPONSE` if it has no id
 */
export function readRun(value: unknown): ServerRun {
  const { info, data, outputs } = object(value);
  const about = object(info);
  const { tags, params, metrics } = object(data);
  return {
    runId: id(about.run_id, 'run_id'),
    experimentId: text(about.experiment_id),
    status: text(about.status),
    artifactUri: artifactUri(about.artifact_uri),
    isDeleted: about.lifecycle_stage === 'deleted',
    tags: pairs(tags),
    params: pairs(params),
    metrics: list(metrics).map(readMetric),
    outputs: list(object(outputs).model_outputs).map((output) => text(output.model_id)),
  };
}

function readMetric(metric: Fields): Metric {
  const value = typeof metric.value === 'number' ? metric.value : text(metric.value);
  return { key: text(metric.key), value, timestamp: whole(metric.timestamp), step: whole(metric.step) };
}

function unexpected(what: string, expected: string, got: unknown): MlflowError {
  const message = `${what} must be ${expected}, got ${received(got)}. Check the tracking URI and the version of the server.`;
  return new MlflowError('AXL_MLFLOW_RESPONSE', message, { untouched: false });
}

/** Converts entries to MLflow's list of `{ key, value }`. */
export function toPairs(entries: Iterable<readonly [string, string]>): readonly KeyValue[] {
  return [...entries].map(([key, value]) => ({ key, value }));
}
