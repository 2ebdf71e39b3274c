import { MlflowError } from '../errors.js';
import { type HttpRequest, type HttpResponse, nameOf } from './messages.js';

/** Most redirects of one request. */
const MAX_REDIRECTS = 5;
const STATUSES: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** Statuses of redirects that keep method and body (RFC 9110, 15.4). */
const KEEPING: ReadonlySet<number> = new Set([307, 308]);
const SHOWN_CHARS = 200;

/** A request, its answer, and the number of redirects before it. */
export interface Hop {
  readonly request: HttpRequest;
  readonly response: HttpResponse;
  readonly hops: number;
}

/**
 * Returns the request that a redirect asks for; `null` if the answer is not a redirect. Only redirects within the same
 * origin are followed: requests hold prompts and credentials, which are meant for the configured server.
 *
 * @throws MlflowError `AXL_MLFLOW_REDIRECT` if the redirect leads elsewhere, changes the method, or is one too many
 */
export function redirected({ request, response, hops }: Hop): HttpRequest | null {
  const { status, headers } = response;
  if (!STATUSES.has(status)) return null;
  const { location } = headers;
  const target = location !== undefined && URL.canParse(location, request.url) ? new URL(location, request.url) : null;
  if (target === null) throw refused(request, `a redirect (${status}) without an address`, 'Check the tracking URI.');
  const shown = shownAddress(target);
  if (target.origin !== request.url.origin) {
    const advice = 'Nothing was sent there. If that is your server, set it as tracking URI.';
    throw refused(request, `a redirect (${status}) to ${shown}`, advice);
  }
  if (request.method !== 'GET' && !KEEPING.has(status)) {
    const what = `a redirect (${status}) to ${shown}, which drops the body`;
    throw refused(request, what, 'Set the address of the server itself as tracking URI.');
  }
  if (hops >= MAX_REDIRECTS) throw refused(request, `more than ${MAX_REDIRECTS} redirects`, 'Check the tracking URI.');
  target.username = '';
  target.password = '';
  target.hash = '';
  return { ...request, url: target };
}

function refused(request: HttpRequest, got: string, advice: string): MlflowError {
  const { origin } = request.url;
  const text = `${nameOf(request)} must be answered by ${origin}, got ${got}. ${advice}`;
  return new MlflowError('AXL_MLFLOW_REDIRECT', text, { untouched: true });
}

/** Returns an address without user name, password and query. */
function shownAddress({ protocol, host, pathname }: URL): string {
  const shown = `${protocol}//${host}${pathname}`;
  return shown.length > SHOWN_CHARS ? `${shown.slice(0, SHOWN_CHARS)}…` : shown;
}
