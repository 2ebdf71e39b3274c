import type { ServerRun } from '../client/types.js';
import { TAG } from '../mapping/writes.js';
import type { MlflowServer } from './server.js';

/** MLflow's own ids; ours have dashes. */
const MLFLOW_ID = /^[0-9a-f]{32}$/;

/**
 * The run that a user named to go on with: by MLflow's id, or by the id that ax-autolog gave it in another process.
 * `null` where there is none, or it was deleted.
 */
export async function findSharedRun(
  server: MlflowServer,
  wanted: string,
  ours: (runId: string) => Promise<string | null>,
): Promise<ServerRun | null> {
  const id = MLFLOW_ID.test(wanted) ? wanted : ((await findOurRun(server, wanted)) ?? (await ours(wanted)) ?? wanted);
  const run = await server.client.getRun(id);
  return run === null || run.isDeleted || run.runId === '' ? null : run;
}

/** MLflow's id of a run of ours, by the tag it has there. */
export async function findOurRun(server: MlflowServer, runId: string): Promise<string | null> {
  const experimentId = await server.experimentId();
  const [run] = await server.client.runsTagged([experimentId], `${TAG}id`, runId);
  return run?.runId ?? null;
}
