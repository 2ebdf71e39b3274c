import { AutologError } from 'ax-autolog/sink';
import type { MlflowClient } from '../client/client.js';
import { isRefusal } from '../client/errors.js';
import type { ServerRun } from '../client/types.js';
import { MAX_PARAM_CHARS } from '../limits.js';
import { TAG } from '../mapping/writes.js';
import type { LinkedPrompt, SharedRun } from './state.js';

/** More claims than this in one run mean that something else is wrong. */
const MAX_CLAIMS = 10_000;

/**
 * Joins a run that is not ours alone. What it had then (steps of its series, tables) is kept with the run itself, so that
 * joining again, even with all knowledge lost, gives the same numbers: a param cannot change once it is set.
 */
export async function joinRun(client: MlflowClient, run: ServerRun, ourRunId: string): Promise<SharedRun> {
  const key = `${TAG}joined.${ourRunId}`;
  const known = run.params.get(key);
  const tables = jsonList(run.tags.get('mlflow.loggedArtifacts')).map(({ path }) => String(path));
  const prompts = jsonList(run.tags.get('mlflow.linkedPrompts')) as readonly unknown[] as readonly LinkedPrompt[];
  // Whoever made the run with ax-autolog writes its first compile and evaluation without a prefix.
  const firstNumber = run.tags.has(`${TAG}id`) ? 1 : 0;
  if (known !== undefined) return { offsets: offsetsIn(known), tables, prompts, firstNumber };
  const offsets: Record<string, number> = {};
  for (const { key: name, step } of run.metrics) offsets[name] = Math.max(step + 1, offsets[name] ?? 0);
  const series = Object.fromEntries(Object.entries(offsets).filter(([name]) => isSeries(name)));
  const text = JSON.stringify(series);
  const params = [{ key, value: text.length <= MAX_PARAM_CHARS ? text : '{}' }];
  await client.logBatch(run.runId, { params, metrics: [], tags: [] });
  return { offsets: series, tables, prompts, firstNumber };
}

/**
 * Claims a number for a compile or evaluation among all that write to the same run: a param can be set once, so of several
 * that want one number, one gets it. Claiming again gives the same number.
 *
 * @param first the number to begin with
 */
export async function claimNumber(
  client: MlflowClient,
  runId: string,
  kind: 'compile' | 'eval',
  id: string,
  first: number,
): Promise<number> {
  for (let number = first; number < first + MAX_CLAIMS; number += 1) {
    const key = `${TAG}${kind}_${number}`;
    try {
      await client.logBatch(runId, { params: [{ key, value: id }], metrics: [], tags: [] });
      return number;
    } catch (error) {
      // Refused because somebody else has the number, or for a reason that the next number does not change.
      if (!isRefusal(error) || !(await client.getRun(runId))?.params.has(key)) throw error;
    }
  }
  throw new AutologError('AXL_MLFLOW_REFUSED', `run ${runId} takes no further ${kind}`);
}

/** Tags that are lists, to which each writer of a run adds its own. */
export const LIST_TAGS = ['mlflow.loggedArtifacts', 'mlflow.linkedPrompts'] as const;

/** Both lists, as the text of such a tag: what is there first, without doubles. */
export function joinedList(there: string | undefined, ours: string): string {
  const all = [...jsonList(there), ...jsonList(ours)].map((entry) => JSON.stringify(entry));
  return `[${[...new Set(all)].join(',')}]`;
}

/** Scores of compiles and evaluations, as opposed to what belongs to one of them (`tokens.task.total`). */
function isSeries(name: string): boolean {
  return !name.includes('.');
}

function offsetsIn(text: string): Readonly<Record<string, number>> {
  try {
    return JSON.parse(text) as Record<string, number>;
  } catch {
    return {};
  }
}

function jsonList(text: string | undefined): readonly Readonly<Record<string, unknown>>[] {
  try {
    const value: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
