import * as http from 'node:http';
import * as https from 'node:https';
import type { Credentials } from './credentials.js';
import { MlflowError } from './errors.js';

/** HTTP request. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

/** Complete answer of an HTTP request. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** Options of a connection. */
export interface HttpOptions {
  readonly credentials: Credentials;
  /** Timeout of one request, from its start to the end of the answer, in milliseconds. */
  readonly timeoutMs: number;
  /** Lets the process exit while a request is in flight. */
  readonly background: boolean;
}

const MAX_REDIRECTS = 5;
/** Concurrent requests. The server processes them one after the other, so more would only wait there. */
const MAX_SOCKETS = 4;
/** System calls that fail before the first byte is sent. */
const BEFORE_SENDING = new Set(['connect', 'getaddrinfo']);

/** Sends requests over keep-alive connections to one server. Credentials are sent only to that server's origin. */
export class HttpConnection {
  readonly #options: HttpOptions;
  readonly #origin: string;
  readonly #agents: { readonly http: http.Agent; readonly https: https.Agent; readonly foreign: https.Agent };
  readonly #open = new Set<http.ClientRequest>();
  #closed = false;

  constructor(origin: string, options: HttpOptions) {
    this.#origin = origin;
    this.#options = options;
    const keep = { keepAlive: true, maxSockets: MAX_SOCKETS };
    const { clientCertificate, ...server } = options.credentials.tls;
    this.#agents = {
      http: new http.Agent(keep),
      https: new https.Agent({ ...keep, ...server, ...clientCertificate }),
      foreign: new https.Agent({ ...keep, ...server }),
    };
  }

  /**
   * Sends a request and follows redirects.
   *
   * @throws MlflowError `AXL_MLFLOW_UNREACHABLE` if no complete answer arrives, `AXL_MLFLOW_RESPONSE` if a redirect cannot
   * be followed
   */
  async send(request: HttpRequest): Promise<HttpResponse> {
    let next = request;
    for (let hops = 0; ; hops += 1) {
      const response = await this.#once(next);
      const target = redirectOf(response, next.url);
      if (!target) return response;
      if (hops >= MAX_REDIRECTS)
        throw badRedirect(next, `redirects over ${MAX_REDIRECTS} times. Check the tracking URI.`);
      const keepsMethod = response.status === 307 || response.status === 308 || next.method === 'GET';
      if (!keepsMethod) {
        throw badRedirect(next, `redirects to ${target.origin}${target.pathname}. Set that server as tracking URI.`);
      }
      next = { ...next, url: target };
    }
  }

  /** Aborts requests in flight and closes all connections. */
  close(): void {
    this.#closed = true;
    for (const request of this.#open) request.destroy(new Error('the client was closed'));
    for (const agent of Object.values(this.#agents)) agent.destroy();
  }

  #once(request: HttpRequest): Promise<HttpResponse> {
    if (this.#closed) return Promise.reject(unreachable(request, new Error('the client was closed'), true));
    return new Promise((resolve, reject) => {
      let isAnswered = false;
      const outgoing = this.#start(request, (incoming) => {
        isAnswered = true;
        collect(incoming).then(resolve, (error: unknown) => reject(unreachable(request, error, false)));
      });
      const timer = setTimeout(() => {
        outgoing.destroy(new Error(`no answer within ${this.#options.timeoutMs} ms`));
      }, this.#options.timeoutMs);
      if (this.#options.background) timer.unref();
      this.#open.add(outgoing);
      outgoing.once('error', (error: NodeJS.ErrnoException) => {
        reject(unreachable(request, error, BEFORE_SENDING.has(error.syscall ?? '')));
      });
      outgoing.once('close', () => {
        clearTimeout(timer);
        this.#open.delete(outgoing);
        if (!isAnswered) reject(unreachable(request, new Error('the connection was closed'), false));
      });
      outgoing.end(request.body);
    });
  }

  #start(request: HttpRequest, onResponse: (incoming: http.IncomingMessage) => void): http.ClientRequest {
    const isHome = request.url.origin === this.#origin;
    const { authorization } = this.#options.credentials;
    const headers: Record<string, string> = { ...request.headers };
    if (isHome && authorization !== undefined) headers.authorization = authorization;
    if (request.body) headers['content-length'] = String(request.body.byteLength);
    const isTls = request.url.protocol === 'https:';
    const agent = isTls ? (isHome ? this.#agents.https : this.#agents.foreign) : this.#agents.http;
    const outgoing = (isTls ? https : http).request(
      request.url,
      { method: request.method, headers, agent },
      onResponse,
    );
    if (this.#options.background) outgoing.on('socket', (socket) => socket.unref());
    return outgoing;
  }
}

async function collect(incoming: http.IncomingMessage): Promise<HttpResponse> {
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  if (!incoming.complete) throw new Error('the answer was cut off');
  return {
    status: incoming.statusCode ?? 0,
    headers: incoming.headers,
    body: Buffer.concat(parts).toString('utf8'),
  };
}

function redirectOf({ status, headers }: HttpResponse, from: URL): URL | null {
  if (![301, 302, 303, 307, 308].includes(status) || headers.location === undefined) return null;
  if (!URL.canParse(headers.location, from)) return null;
  const target = new URL(headers.location, from);
  return target.protocol === 'http:' || target.protocol === 'https:' ? target : null;
}

function badRedirect(request: HttpRequest, what: string): MlflowError {
  return new MlflowError('AXL_MLFLOW_RESPONSE', `${nameOf(request)} ${what}`, { untouched: true });
}

function unreachable(request: HttpRequest, error: unknown, untouched: boolean): MlflowError {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  // An AggregateError of several addresses has a code and no message.
  const why = [code, message].filter((part) => typeof part === 'string' && part !== '').join(': ');
  const text = `${nameOf(request)} received no answer (${why || 'unknown error'})`;
  return new MlflowError('AXL_MLFLOW_UNREACHABLE', text, { untouched });
}

/** Returns method, origin and path, without query, user name and password. */
export function nameOf({ method, url }: Pick<HttpRequest, 'method' | 'url'>): string {
  return `${method} ${url.origin}${url.pathname}`;
}
