// Starts an MLflow server for screenshots and measurements. mlflow.mjs creates its Python environment.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { environmentFolder, pythonOf } from './mlflow.mjs';
import { ROOT } from './setup.mjs';

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  return port;
}

/** Starts an MLflow server on a free loopback port with its database in a folder. Resolves when the server responds. */
export async function startServer(folder) {
  const port = await freePort();
  const uri = `http://127.0.0.1:${port}`;
  const python = pythonOf(environmentFolder());
  const stores = [
    '--backend-store-uri',
    `sqlite:///${join(folder, 'mlflow.db')}`,
    '--artifacts-destination',
    join(folder, 'artifacts'),
  ];
  const command = [
    python,
    '-m',
    'mlflow',
    'server',
    '--host',
    '127.0.0.1',
    '--port',
    String(port),
    '--workers',
    '1',
    ...stores,
  ];
  const quiet = {
    MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false',
    MLFLOW_DISABLE_TELEMETRY: 'true',
    MLFLOW_MODEL_CATALOG_URI: '',
  };
  const env = { ...process.env, ...quiet };
  const child = spawn(python, [join(ROOT, 'spec/integration/python/serve.py'), ...command], {
    env,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  for (;;) {
    await sleep(200);
    if (child.exitCode !== null) throw new Error('the MLflow server did not start');
    const answer = await fetch(`${uri}/health`).catch(() => null);
    if (answer?.ok) return { uri, stop: () => child.stdin.end() };
  }
}
