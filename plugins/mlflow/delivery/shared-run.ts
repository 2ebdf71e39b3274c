import { AutologError } from 'ax-autolog/sink';
import type { MlflowClient } from '../client/client.js';
import { isRefusal } from '../client/errors.js';
import { list, object, text as textOf, whole } from '../client/read.js';
import type { ServerRun } from '../client/types.js';
import { MAX_PARAM_CHARS } from '../limits.js';
import { TAG } from '../mapping/writes.js';
import type { LinkedPrompt, SharedRun } from './state.js';

/** Numbers that are tried before giving up: a run with more compiles has another problem. */
const MAX_CLAIMS = 10_000;

/**
 * Joins a run that others also write to. The steps that its series had at that time are stored as a param of the run.
 * Params never change, so joining again returns the same numbers, even if the local state was lost.
 */
export async function joinRun(client: MlflowClient, run: ServerRun, ourRunId: string): Promise<SharedRun> {
  const key = `${TAG}joined.${ourRunId}`;
  const known = run.params.get(key);
  const tables = jsonList(run.tags.get('mlflow.loggedArtifacts'))
    .map(({ path }) => path)
    .filter((path) => typeof path === 'string');
  const prompts = jsonList(run.tags.get('mlflow.linkedPrompts')).flatMap(linkedPrompt);
  // If ax-autolog created the run, its creator writes the first compile and evaluation without a prefix.
  const firstNumber = run.tags.has(`${TAG}id`) ? 1 : 0;
  if (known !== undefined) return { offsets: offsetsIn(known), tables, prompts, firstNumber };
  const offsets = new Map<string, number>();
  for (const { key: name, step } of run.metrics) offsets.set(name, Math.max(step + 1, offsets.get(name) ?? 0));
  const series = offsetsOf([...offsets].filter(([name]) => isSeries(name)));
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
  return offsetsOf(Object.entries(object(jsonIn(text))).map(([name, step]) => [name, whole(step)] as const));
}

/** Returns an object without a prototype, because the server chooses the names. */
function offsetsOf(entries: readonly (readonly [string, number])[]): Readonly<Record<string, number>> {
  return object(Object.fromEntries(entries)) as Readonly<Record<string, number>>;
}

/** Returns the entries of a list tag: objects of plain values, as MLflow writes them. Others are left out. */
function jsonList(text: string | undefined): readonly Readonly<Record<string, unknown>>[] {
  return list(jsonIn(text ?? '[]')).filter((entry) => {
    const values = Object.values(entry);
    return values.length > 0 && values.every((value) => value === null || typeof value !== 'object');
  });
}

function linkedPrompt({ name, version }: Readonly<Record<string, unknown>>): readonly LinkedPrompt[] {
  return typeof name === 'string' && version !== undefined ? [{ name, version: textOf(version) }] : [];
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
