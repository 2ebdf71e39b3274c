import { MlflowClient } from '../../../plugins/mlflow/client/client.js';
import { settingsFrom } from '../../../plugins/mlflow/options.js';

/** Reads a run from the server in the arguments, with the settings of the environment, and prints its id. */
const [, , trackingUri = '', background] = process.argv;
const { api } = settingsFrom({ trackingUri, retries: 0 }, process.env);
const client = new MlflowClient({ ...api, background: background !== undefined });
void client.getRun('r1').then(
  (run) => {
    process.stdout.write(`${run?.runId}\n`);
    client.close();
  },
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    client.close();
  },
);
