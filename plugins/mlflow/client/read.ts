import type { KeyValue, Metric, ServerRun } from './types.js';

/** Readers for answers of the server: a field that is missing or has another type counts as empty. */

type Fields = Readonly<Record<string, unknown>>;

/** Returns `value` if it is an object, else an empty object. */
export function object(value: unknown): Fields {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Fields) : {};
}

/** Returns the members of a list as objects. */
export function list(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map(object) : [];
}

/** Returns a text or number as text, else an empty text. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

/** Converts `[{ key, value }]` to a map. */
export function pairs(value: unknown): ReadonlyMap<string, string> {
  return new Map(list(value).map((pair) => [text(pair.key), text(pair.value)]));
}

/** Reads a run in an answer of `runs/get`, `runs/create` or `runs/search`. */
export function readRun(value: unknown): ServerRun {
  const { info, data, outputs } = object(value);
  const about = object(info);
  const { tags, params, metrics } = object(data);
  return {
    runId: text(about.run_id),
    experimentId: text(about.experiment_id),
    status: text(about.status),
    artifactUri: text(about.artifact_uri),
    isDeleted: about.lifecycle_stage === 'deleted',
    tags: pairs(tags),
    params: pairs(params),
    metrics: list(metrics).map(readMetric),
    outputs: list(object(outputs).model_outputs).map((output) => text(output.model_id)),
  };
}

function readMetric(metric: Fields): Metric {
  const value = typeof metric.value === 'number' ? metric.value : text(metric.value);
  return { key: text(metric.key), value, timestamp: Number(metric.timestamp ?? 0), step: Number(metric.step ?? 0) };
}

/** Converts entries to MLflow's list of `{ key, value }`. */
export function toPairs(entries: Iterable<readonly [string, string]>): readonly KeyValue[] {
  return [...entries].map(([key, value]) => ({ key, value }));
}
