import { AutologError } from 'ax-autolog/sink';
import type { Api } from './api.js';

const PROXY_PATH = '/api/2.0/mlflow-artifacts/artifacts';

/**
 * Returns the path of an artifact at the server's proxy. The run's artifact URI is `mlflow-artifacts:/1/<run>/artifacts` or
 * the full address of that proxy.
 *
 * @throws AutologError `AXL_MLFLOW_ARTIFACTS` if the run's artifacts are stored elsewhere
 */
export function artifactPath(artifactUri: string, path: string): string {
  const root = proxiedRoot(artifactUri);
  if (root === null) {
    const scheme = artifactUri.split(':')[0];
    throw new AutologError(
      'AXL_MLFLOW_ARTIFACTS',
      `artifacts are stored under '${scheme}:', which only MLflow's Python client can reach. Start the server with --artifacts-destination instead of --default-artifact-root.`,
    );
  }
  const parts = [...root.split('/'), ...path.split('/')].filter((part) => part !== '');
  return `${PROXY_PATH}/${parts.map(encodeURIComponent).join('/')}`;
}

/** Writes an artifact and replaces an existing one. Rejects with `AXL_MLFLOW_REFUSED` if the path is empty. */
export async function putArtifact(api: Api, artifactUri: string, path: string, content: Buffer): Promise<void> {
  if (path === '')
    throw new AutologError('AXL_MLFLOW_REFUSED', "the path of an artifact must not be empty, got ''. Give it one.");
  const contentType = 'application/octet-stream';
  await api.call({ method: 'PUT', path: artifactPath(artifactUri, path), body: content, contentType, json: false });
}

function proxiedRoot(artifactUri: string): string | null {
  const proxied = /^mlflow-artifacts:(?:\/\/[^/]*)?(\/.*)$/.exec(artifactUri);
  if (proxied) return proxied[1] ?? null;
  const address = /^https?:\/\/[^/]+.*\/mlflow-artifacts\/artifacts(\/.*)$/.exec(artifactUri);
  return address?.[1] ?? null;
}
