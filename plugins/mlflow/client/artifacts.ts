import { AutologError, received } from 'ax-autolog/sink';
import type { Api } from './api.js';

const PROXY_PATH = '/api/2.0/mlflow-artifacts/artifacts';
/** End of that path in an artifact URI that is a full address. */
const ADDRESS_PATH = '/mlflow-artifacts/artifacts/';

/**
 * Returns the path of an artifact at the server's proxy. The run's artifact URI is `mlflow-artifacts:/1/<run>/artifacts` or
 * the full address of that proxy.
 *
 * @throws AutologError `AXL_MLFLOW_ARTIFACTS` if the run's artifacts are stored elsewhere, `AXL_MLFLOW_REFUSED` if the path
 * leads out of the run's artifacts
 */
export function artifactPath(artifactUri: string, path: string): string {
  const root = proxiedRoot(artifactUri);
  if (root === null) {
    const [scheme] = /^[a-z][a-z0-9+.-]{0,30}:/i.exec(artifactUri) ?? ['a path'];
    throw new AutologError(
      'AXL_MLFLOW_ARTIFACTS',
      `artifacts are stored under '${scheme}', which only MLflow's Python client can reach. Start the server with --artifacts-destination instead of --default-artifact-root.`,
    );
  }
  const [above, below] = [root, path].map((part) => part.split('/').filter((name) => name !== ''));
  if (above?.some(isDots)) {
    const text = `the run's artifacts are stored under a path with . or .. as a segment, and nothing is written there. Check the server's --artifacts-destination.`;
    throw new AutologError('AXL_MLFLOW_ARTIFACTS', text);
  }
  if (below?.some(isDots)) {
    const text = `the path of an artifact must not contain . or .. as a segment, got ${received(path)}. Give it another one.`;
    throw new AutologError('AXL_MLFLOW_REFUSED', text);
  }
  return `${PROXY_PATH}/${[...(above ?? []), ...(below ?? [])].map(encodeURIComponent).join('/')}`;
}

function isDots(name: string): boolean {
  return name === '.' || name === '..';
}

/** Writes an artifact and replaces an existing one. Rejects with `AXL_MLFLOW_REFUSED` if the path is empty. */
export async function putArtifact(api: Api, artifactUri: string, path: string, content: Buffer): Promise<void> {
  if (path === '')
    throw new AutologError('AXL_MLFLOW_REFUSED', "the path of an artifact must not be empty, got ''. Give it one.");
  const contentType = 'application/octet-stream';
  await api.call({ method: 'PUT', path: artifactPath(artifactUri, path), body: content, contentType, json: false });
}

/** Returns the path below the server's proxy. A host in the URI is ignored: everything goes to the tracking server. */
function proxiedRoot(artifactUri: string): string | null {
  const proxied = /^mlflow-artifacts:(?:\/\/[^/]*)?(\/.*)$/.exec(artifactUri);
  if (proxied) return proxied[1] ?? null;
  const at = /^https?:\/\/[^/]/.test(artifactUri) ? artifactUri.lastIndexOf(ADDRESS_PATH) : -1;
  return at === -1 ? null : artifactUri.slice(at + ADDRESS_PATH.length - 1);
}
