import type { Status } from 'ax-autolog/sink';
import type { RunStatus } from '../client/types.js';

/** MLflow's word for how something ended. */
export function statusOf(status: Status): RunStatus {
  if (status === 'finished') return 'FINISHED';
  return status === 'cancelled' ? 'KILLED' : 'FAILED';
}
