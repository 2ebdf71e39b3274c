import type { Status } from 'ax-autolog/sink';
import type { RunStatus } from '../client/types.js';

/** Returns MLflow's status for the status of an ended run, trial or evaluation. */
export function statusOf(status: Status): RunStatus {
  if (status === 'finished') return 'FINISHED';
  return status === 'cancelled' ? 'KILLED' : 'FAILED';
}
