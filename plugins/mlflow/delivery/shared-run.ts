import { AutologError } from 'ax-autolog/sink';
import type { MlflowClient } from '../client/client.js';
import { isRefusal } from '../client/errors.js';
import type { ServerRun } from '../client/types.js';
import { MAX_PARAM_CHARS } from '../limits.js';
import { TAG } from '../mapping/writes.js';
import { isLinkedPrompt } from './facts.js';
import type { SharedRun } from './state.js';

/** Numbers that are tried before giving up: a run with more compiles has another problem. */
const MAX_CLAIMS = 10_000;

/**
 * Joins a run that others also write to. The steps that its series had at that time are stored as a param of the run.
 * Params never change, so joining again returns the same numbers, even if the local state was lost.
 */
export async function joinRun(client: MlflowClient, run: ServerRun, ourRunId: string): Promise<SharedRun> {
  const key = `${TAG}joined.${ourRunId}`;
  const known = run.params.get(key);
  const tables = jsonList(run.tags.get('mlflow.loggedArtifacts')).flatMap(pathIn);
  const prompts = jsonList(run.tags.get('mlflow.linkedPrompts')).filter(isLinkedPrompt);
  // If ax-autolog created the run, its creator writes the first compile and evaluation without a prefix.
  const firstNumber = run.tags.has(`${TAG}id`) ? 1 : 0;
  if (known !== undefined) return { offsets: offsetsIn(known), tables, prompts, firstNumber };
  const offsets = new Map<string, number>();
  for (const { key: name, step } of run.metrics) offsets.set(name, Math.max(step + 1, offsets.get(name) ?? 0));
  const series = Object.fromEntries([...offsets].filter(([name]) => isSeries(name)));
  const text = JSON.stringify(series);
  const params = [{ key, value: text.length <= MAX_PARAM_CHARS ? text : '{}' }];
  await client.logBatch(run.runId, { params, metrics: [], tags: [] });
  return { offsets: series, tables, prompts, firstNumber };
}

/** Number to claim. */
export interface NumberClaim {
  /** MLflow's id of the run. */
  readonly runId: string;
  readonly kind: 'compile' | 'eval';
  /** Our id of the compile or evaluation. */
  readonly id: string;
  /** Lowest number to try. */
  readonly first: number;
}

/**
 * Claims a number for a compile or evaluation among all writers of the same run. A param can be set only once, so only one
 * writer gets a number. Claiming again returns the same number.
 *
 * @throws AutologError `AXL_MLFLOW_REFUSED` if no number is free
 */
export async function claimNumber(client: MlflowClient, { runId, kind, id, first }: NumberClaim): Promise<number> {
  for (let number = first; number < first + MAX_CLAIMS; number += 1) {
    const key = `${TAG}${kind}_${number}`;
    try {
      await client.logBatch(runId, { params: [{ key, value: id }], metrics: [], tags: [] });
      return number;
    } catch (error) {
      // Only if another writer has this number does the next number help.
      if (!isRefusal(error) || !(await client.getRun(runId))?.params.has(key)) throw error;
    }
  }
  throw new AutologError(
    'AXL_MLFLOW_REFUSED',
    `run ${runId} has no free number for another ${kind}. Write to a new run.`,
  );
}

/** Tags that hold lists, to which each writer of a run adds entries. */
export const LIST_TAGS = ['mlflow.loggedArtifacts', 'mlflow.linkedPrompts'] as const;

/** Returns two list tags as one, without duplicates; the entries on the server come first. */
export function joinedList(onServer: string | undefined, ours: string): string {
  const all = [...jsonList(onServer), ...jsonList(ours)].map((entry) => JSON.stringify(entry));
  return `[${[...new Set(all)].join(',')}]`;
}

/** Whether a metric is a series of scores. Metrics of a single compile or evaluation have dots (`tokens.task.total`). */
function isSeries(name: string): boolean {
  return !name.includes('.');
}

function offsetsIn(text: string): Readonly<Record<string, number>> {
  try {
    const value: unknown = JSON.parse(text);
    const members = typeof value === 'object' && value !== null ? Object.entries(value) : [];
    return Object.fromEntries(members.filter(([, steps]) => Number.isSafeInteger(steps) && steps >= 0));
  } catch {
    return {};
  }
}

/** Returns the path in an entry of `mlflow.loggedArtifacts`, if it has one. */
function pathIn(entry: unknown): readonly string[] {
  const path = typeof entry === 'object' && entry !== null && 'path' in entry ? entry.path : null;
  return typeof path === 'string' ? [path] : [];
}

function jsonList(text: string | undefined): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
