import { MlflowClient } from './client/client.js';
import { isMissing } from './client/errors.js';
import { settingsFrom } from './options.js';

/** Timeout of the one request, in milliseconds. */
const TIMEOUT_MS = 5_000;

/**
 * Checks that the server in the environment is reachable: asks once, without writing, for the experiment that the sink would
 * write to. Returns a sentence for `ax-autolog doctor`.
 *
 * @throws AutologError the errors that the sink would report: `AXL_MLFLOW_CONFIG`, `AXL_MLFLOW_UNREACHABLE`, `AXL_MLFLOW_AUTH`, …
 */
export async function reach(env: NodeJS.ProcessEnv): Promise<string> {
  const { api, experiment } = settingsFrom({ timeoutMs: TIMEOUT_MS, retries: 0 }, env);
  const client = new MlflowClient({ ...api, background: false });
  const [name, path, query] =
    'name' in experiment
      ? [`'${experiment.name}'`, 'get-by-name', { experiment_name: experiment.name }]
      : [`with id ${experiment.id}`, 'get', { experiment_id: experiment.id }];
  try {
    await client.api.call({ method: 'GET', path: `/api/2.0/mlflow/experiments/${path}`, query });
    return `${api.baseUrl} answers and has the experiment ${name}`;
  } catch (error) {
    if (!isMissing(error) || !('name' in experiment)) throw error;
    return `${api.baseUrl} answers; the experiment ${name} will be created`;
  } finally {
    client.api.close();
  }
}
