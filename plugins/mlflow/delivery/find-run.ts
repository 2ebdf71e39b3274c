import type { ServerRun } from '../client/types.js';
import { TAG } from '../mapping/writes.js';
import type { MlflowServer } from './server.js';

/** Form of MLflow's ids; ours have dashes. */
const MLFLOW_ID = /^[0-9a-f]{32}$/;

/**
 * Returns the run that the user wants to continue, named by MLflow's id or by the id that ax-autolog assigned in another
 * process. `null` if it does not exist or was deleted.
 */
export async function findSharedRun(
  server: MlflowServer,
  wanted: string,
  ours: (runId: string) => Promise<string | null>,
): Promise<ServerRun | null> {
  const id = MLFLOW_ID.test(wanted) ? wanted : ((await findOurRun(server, wanted)) ?? (await ours(wanted)) ?? wanted);
  const run = await server.client.getRun(id);
  return run === null || run.isDeleted ? null : run;
}

/** Returns MLflow's id of a run that ax-autolog wrote, found by its tag; `null` if there is none. */
export async function findOurRun(server: MlflowServer, runId: string): Promise<string | null> {
  const experimentId = await server.experimentId();
  const [run] = await server.client.runsTagged([experimentId], `${TAG}id`, runId);
  return run?.runId ?? null;
}
