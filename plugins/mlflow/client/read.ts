import type { KeyValue, Metric, ServerRun } from './types.js';

/** Answers of the server are read with care: a field that is missing or of another type counts as empty. */

type Fields = Readonly<Record<string, unknown>>;

/** The object in `value`, or one without fields. */
export function object(value: unknown): Fields {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Fields) : {};
}

/** The objects of a list. */
export function list(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map(object) : [];
}

/** The text in `value`, or an empty one. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

/** `[{ key, value }]` as a map. */
export function pairs(value: unknown): ReadonlyMap<string, string> {
  return new Map(list(value).map((pair) => [text(pair.key), text(pair.value)]));
}

/** A run of `runs/get`, `runs/create` or `runs/search`. */
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

/** A map or object as MLflow's list of pairs. */
export function toPairs(entries: Iterable<readonly [string, string]>): readonly KeyValue[] {
  return [...entries].map(([key, value]) => ({ key, value }));
}
