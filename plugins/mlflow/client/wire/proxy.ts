import { isExcluded } from './no-proxy.js';

/** A proxy from the environment. */
export interface ProxyServer {
  /** Its address without user name and password; `null` if it cannot be used. */
  readonly url: URL | null;
  /** Value of the `Proxy-Authorization` header. */
  readonly authorization?: string;
  /** Literal secrets, which must not appear in messages. */
  readonly secrets: readonly string[];
  /** Environment variable that names it, in capitals. */
  readonly variable: string;
}

/**
 * Returns the proxy for an address, by the rules of Python's requests, which MLflow's own client uses: `HTTPS_PROXY` for
 * https, `HTTP_PROXY` for http, else `ALL_PROXY`, unless `NO_PROXY` excludes the address. A name in small letters comes
 * first. `null` if there is none.
 */
export function proxyFor(url: URL, env: NodeJS.ProcessEnv): ProxyServer | null {
  const scheme = url.protocol === 'https:' ? 'https' : 'http';
  const [variable, address] = [
    [`${scheme.toUpperCase()}_PROXY`, settingOf(scheme, env)] as const,
    ['ALL_PROXY', settingOf('all', env)] as const,
  ].find(([, value]) => value !== '') ?? ['', ''];
  if (address === '' || isExcluded(url, settingOf('no', env))) return null;
  return read(address, variable);
}

/** Returns the value of `<name>_proxy`; an empty one hides `<NAME>_PROXY`. */
function settingOf(name: string, env: NodeJS.ProcessEnv): string {
  const small = env[`${name}_proxy`];
  if (small !== undefined) return small.trim();
  // In a CGI script, a request's header `Proxy` is in HTTP_PROXY (CVE-2016-1000110).
  if (name === 'http' && env.REQUEST_METHOD !== undefined) return '';
  return (env[`${name.toUpperCase()}_PROXY`] ?? '').trim();
}

function read(address: string, variable: string): ProxyServer {
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(address) ? address : `http://${address}`;
  const url = URL.canParse(whole) ? new URL(whole) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    return { url: null, secrets: [], variable };
  }
  const [username, password] = [decoded(url.username), decoded(url.password)];
  const bare = new URL(url.origin);
  if (username === '' && password === '') return { url: bare, secrets: [], variable };
  const encoded = Buffer.from(`${username}:${password}`, 'utf8').toString('base64');
  const secrets = [encoded, ...(password === '' ? [] : [password])];
  return { url: bare, authorization: `Basic ${encoded}`, secrets, variable };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
