import { type ErrorCode, isLoopback } from 'ax-autolog/sink';
import type { Credentials } from './credentials.js';
import type { ProxyServer } from './wire/proxy.js';

/** Something that others on the network may read or forge. */
export interface Exposure {
  readonly code: ErrorCode;
  readonly message: string;
}

/** Server and the way to it. */
export interface Connection {
  readonly baseUrl: string;
  readonly credentials: Credentials;
  readonly proxy: ProxyServer | null;
  readonly isDatabricks: boolean;
}

/** Returns warnings about a connection that others on the network may read or forge, each with a code of its own. */
export function exposuresOf({ baseUrl, credentials, proxy, isDatabricks }: Connection): readonly Exposure[] {
  const exposures: Exposure[] = [];
  const { protocol, origin, hostname } = new URL(baseUrl);
  const isLocal = isLoopback(hostname) && (!proxy?.url || isLoopback(proxy.url.hostname));
  // Databricks takes tokens over https only, so such an address is a mistake on every host.
  if (protocol === 'http:' && credentials.authorization !== undefined && (isDatabricks || !isLocal)) {
    const [what, advice] = isDatabricks
      ? ['DATABRICKS_HOST', 'Write it without http://, or with https://.']
      : ['the tracking URI', 'Use https, or a tunnel that ends on this machine.'];
    const message = `${what} must be an https:// address, got ${origin}: the credentials and everything else cross the network unencrypted. ${advice}`;
    exposures.push({ code: 'AXL_MLFLOW_PLAIN_HTTP', message });
  }
  if (credentials.tls.rejectUnauthorized === false) {
    const message =
      'MLFLOW_TRACKING_INSECURE_TLS must be unset for the certificate of the server to be checked, got true: anyone on the way can read and change what is sent. Set MLFLOW_TRACKING_SERVER_CERT_PATH to a certificate that you trust instead.';
    exposures.push({ code: 'AXL_MLFLOW_INSECURE_TLS', message });
  }
  return exposures;
}
