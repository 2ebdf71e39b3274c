import type { DatasetData, Json } from 'ax-autolog/sink';
import type { DatasetInput } from '../client/types.js';
import { MAX_DATASET_NAME_CHARS, MAX_DIGEST_CHARS, MAX_SCHEMA_CHARS } from '../limits.js';
import { firstChars } from './values.js';

/** Column of MLflow's schema (`ColSpec`, mlflow/types/schema.py). */
interface ColumnSpec {
  readonly type: string;
  readonly name: string;
  readonly required: boolean;
}

/** Converts a dataset to an input of a run, with digest, schema and profile for MLflow's Datasets column. */
export function datasetInput(
  dataset: DatasetData,
  name: string,
  context: 'train' | 'eval',
  script: string,
): DatasetInput {
  const source = { tags: { 'mlflow.source.name': script, 'mlflow.source.type': 'LOCAL' } };
  const { size, digest, fields, examples } = dataset;
  const profile = { num_rows: size, num_elements: size * (fields?.length ?? 0) };
  return {
    name: firstChars(dataset.name ?? name, MAX_DATASET_NAME_CHARS),
    digest: digest.slice(0, MAX_DIGEST_CHARS),
    sourceType: 'code',
    source: JSON.stringify(source),
    schema: schemaText(fields ?? [], examples),
    profile: JSON.stringify(profile),
    context,
  };
}

function schemaText(fields: readonly string[], examples: readonly Json[] | null): string {
  const columns = fields.map((field) => columnOf(field, examples));
  const text = JSON.stringify({ mlflow_colspec: columns });
  return text.length <= MAX_SCHEMA_CHARS ? text : JSON.stringify({ mlflow_colspec: [] });
}

/** Returns a column with the type of its values; `any` if they differ, are nested or were not captured. */
function columnOf(name: string, examples: readonly Json[] | null): ColumnSpec {
  const types = new Set<string>();
  let required = examples !== null;
  for (const example of examples ?? []) {
    const value = example !== null && typeof example === 'object' ? (example as Record<string, Json>)[name] : undefined;
    if (value === undefined || value === null) required = false;
    else types.add(typeOf(value));
  }
  if (types.size === 2 && types.has('long') && types.has('double')) return { type: 'double', name, required };
  const [type] = types;
  // `any` cannot be required, because it includes missing values.
  if (types.size !== 1 || type === undefined || type === 'any') return { type: 'any', name, required: false };
  return { type, name, required };
}

function typeOf(value: Json): string {
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 'long' : 'double';
  return 'any';
}
