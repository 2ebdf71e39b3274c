import type { IncomingMessage } from 'node:http';

/** Why a request is not answered: status and reason. */
export interface Refusal {
  readonly status: 403 | 405;
  readonly reason: string;
}

/**
 * Answers only who came by this server's own address. Another site's page may make a browser send requests here, even under
 * a name of its own that leads to this machine: its `Host` or `Origin` gives it away.
 *
 * @param port that the server listens on
 */
export function refusalOf({ method, headers }: IncomingMessage, port: number): Refusal | null {
  if (method !== 'GET' && method !== 'HEAD') {
    return { status: 405, reason: 'Nothing can be changed here: only GET and HEAD are answered.' };
  }
  const names = ['127.0.0.1', 'localhost'];
  // Of port 80, HTTP's own, browsers send the name alone.
  const hosts = [...names.map((name) => `${name}:${port}`), ...(port === 80 ? names : [])];
  const { host, origin } = headers;
  if (host === undefined || !hosts.includes(host)) {
    return { status: 403, reason: 'Ask by the address that ax-autolog ui has printed.' };
  }
  if (origin !== undefined && origin !== `http://${host}`) {
    return { status: 403, reason: 'Pages of other sites get no answer.' };
  }
  if (headers['sec-fetch-site'] === 'cross-site' && headers['sec-fetch-mode'] !== 'navigate') {
    return { status: 403, reason: 'Pages of other sites get no answer.' };
  }
  return null;
}
