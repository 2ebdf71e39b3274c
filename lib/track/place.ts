import type { Role } from '../contract/events.js';
import { currentFrame } from './context.js';

/**
 * The run, compile and trial of the current code: the ids of an event that it would record.
 *
 * @experimental
 */
export interface CurrentPlace {
  /** Id of the run; `undefined` outside every run. */
  readonly runId?: string;
  /** Id of the innermost compile; `undefined` outside every compile. */
  readonly compileId?: string;
  /** Id of the trial, inside a compile. */
  readonly trialId?: string;
  /** Id of the evaluation, outside a compile. */
  readonly evalId?: string;
  /** Id of the candidate of the trial or evaluation. */
  readonly candidateId?: string;
  /** The role that LM calls are made for. */
  readonly role: Role;
}

/**
 * Returns the run, compile, trial and role that the current code belongs to.
 *
 * @experimental
 */
export function currentPlace(): CurrentPlace {
  const { run, compile, evaluation, role } = currentFrame();
  const candidateId = evaluation?.candidateId ?? null;
  return {
    ...(run && { runId: run.runId }),
    ...(compile && { compileId: compile.compileId }),
    ...(evaluation && (compile ? { trialId: evaluation.id } : { evalId: evaluation.id })),
    ...(candidateId === null ? {} : { candidateId }),
    role,
  };
}
