import { AutologError } from 'ax-autolog/sink';
import type { Api } from './api.js';

const PROXY_PATH = '/api/2.0/mlflow-artifacts/artifacts';

/**
 * Path of an artifact at the server's proxy, from the run's artifact URI: `mlflow-artifacts:/1/<run>/artifacts`, or the
 * address of that proxy in full.
 *
 * @throws AutologError `AXL_MLFLOW_ARTIFACTS` when the run's artifacts are kept elsewhere
 */
export function artifactPath(artifactUri: string, path: string): string {
  const root = proxiedRoot(artifactUri);
  if (root === null) {
    const scheme = artifactUri.split(':')[0];
    throw new AutologError(
      'AXL_MLFLOW_ARTIFACTS',
      `artifacts are kept under '${scheme}:', which only MLflow's Python client reaches; start the server with --artifacts-destination in place of --default-artifact-root`,
    );
  }
  const parts = [...root.split('/'), ...path.split('/')].filter((part) => part !== '');
  return `${PROXY_PATH}/${parts.map(encodeURIComponent).join('/')}`;
}

/** Writes an artifact; one that is there is replaced. Rejects with `AXL_MLFLOW_REFUSED` for an empty path. */
export async function putArtifact(api: Api, artifactUri: string, path: string, content: Buffer): Promise<void> {
  if (path === '') throw new AutologError('AXL_MLFLOW_REFUSED', 'an artifact came without a path; give it one');
  const contentType = 'application/octet-stream';
  await api.call({ method: 'PUT', path: artifactPath(artifactUri, path), body: content, contentType, json: false });
}

function proxiedRoot(artifactUri: string): string | null {
  const proxied = /^mlflow-artifacts:(?:\/\/[^/]*)?(\/.*)$/.exec(artifactUri);
  if (proxied) return proxied[1] ?? null;
  const address = /^https?:\/\/[^/]+.*\/mlflow-artifacts\/artifacts(\/.*)$/.exec(artifactUri);
  return address?.[1] ?? null;
}
