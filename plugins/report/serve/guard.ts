import type { IncomingMessage } from 'node:http';

/** Status and reason of a rejected request. */
export interface Refusal {
  readonly status: 403 | 405;
  readonly reason: string;
}

/**
 * Returns why a request must be rejected, or `null` if it may be answered. Only requests to this server's own address
 * are answered: a page of another site can make a browser send requests here, even under its own name if that resolves
 * to this machine, but then the `Host` or `Origin` differs.
 *
 * @param port Port that the server listens on
 */
export function refusalOf({ method, headers }: IncomingMessage, port: number): Refusal | null {
  if (method !== 'GET' && method !== 'HEAD') {
    return { status: 405, reason: 'The method must be GET or HEAD: this server is read-only.' };
  }
  const names = ['127.0.0.1', 'localhost'];
  // Browsers omit the port from `Host` if it is 80.
  const hosts = [...names.map((name) => `${name}:${port}`), ...(port === 80 ? names : [])];
  const { host, origin } = headers;
  if (host === undefined || !hosts.includes(host)) {
    return { status: 403, reason: 'Use the address that ax-autolog ui printed.' };
  }
  if (origin !== undefined && origin !== `http://${host}`) {
    return { status: 403, reason: 'Pages of other sites get no answer.' };
  }
  if (headers['sec-fetch-site'] === 'cross-site' && headers['sec-fetch-mode'] !== 'navigate') {
    return { status: 403, reason: 'Pages of other sites get no answer.' };
  }
  return null;
}
