import type { Role } from '../contract/events.js';
import { currentFrame } from './context.js';

/**
 * Where the code that runs now belongs: the ids that an event recorded here carries.
 *
 * @experimental
 */
export interface CurrentPlace {
  /** `undefined` outside of every run. */
  readonly runId?: string;
  readonly compileId?: string;
  /** The trial, inside a compile. */
  readonly trialId?: string;
  /** The evaluation, outside a compile. */
  readonly evalId?: string;
  /** The candidate of the trial or evaluation. */
  readonly candidateId?: string;
  /** What LM calls are made for. */
  readonly role: Role;
}

/**
 * Returns where the code that runs now belongs.
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
