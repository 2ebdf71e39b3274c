import * as http from 'node:http';
import * as https from 'node:https';
import type { Credentials } from './credentials.js';
import { MlflowError } from './errors.js';
import { readAnswer, UnreadableAnswer } from './wire/answer.js';
import { type HttpRequest, type HttpResponse, nameOf } from './wire/messages.js';
import type { ProxyServer } from './wire/proxy.js';
import { redirected } from './wire/redirect.js';
import { TunnelAgent, TunnelError } from './wire/tunnel.js';

/** Options of a connection. */
export interface HttpOptions {
  readonly credentials: Credentials;
  /** Proxy to send everything through; `null` or left out for none. */
  readonly proxy?: ProxyServer | null;
  /** Timeout of one request, from its start to the end of the answer, in milliseconds. */
  readonly timeoutMs: number;
  /** Lets the process exit while a request is in flight. */
  readonly background: boolean;
}

/** Concurrent requests. The server processes them one after the other, so more would only wait there. */
const MAX_SOCKETS = 4;
/** System calls that fail before the first byte is sent. */
const BEFORE_SENDING = new Set(['connect', 'getaddrinfo']);
/** Statuses of a proxy that works but does not reach the server at the moment. */
const PROXY_WITHOUT_SERVER = new Set([502, 503, 504]);

/** Sends requests over keep-alive connections to one server, and to no other. */
export class HttpConnection {
  readonly #options: HttpOptions;
  readonly #agent: http.Agent;
  readonly #open = new Set<http.ClientRequest>();
  #closed = false;

  constructor(origin: string, options: HttpOptions) {
    this.#options = options;
    this.#agent = agentFor(origin, options);
  }

  /**
   * Sends a request and follows redirects within the server's origin.
   *
   * @throws MlflowError `AXL_MLFLOW_UNREACHABLE` if no complete answer arrives, `AXL_MLFLOW_REDIRECT` if a redirect is
   * refused, `AXL_MLFLOW_PROXY` if the proxy refuses, `AXL_MLFLOW_RESPONSE` if the answer is too large to be read
   */
  async send(request: HttpRequest): Promise<HttpResponse> {
    const { proxy } = this.#options;
    if (proxy?.url === null) {
      const text = `${proxy.variable} must be an address that begins with http:// or https://, got another one. Correct it, or exclude the server with NO_PROXY.`;
      throw new MlflowError('AXL_MLFLOW_PROXY', `${nameOf(request)}: ${text}`, { untouched: true });
    }
    let next = request;
    for (let hops = 0; ; hops += 1) {
      const response = await this.#once(next);
      const target = redirected({ request: next, response, hops });
      if (!target) return response;
      next = target;
    }
  }

  /** Aborts requests in flight and closes all connections. */
  close(): void {
    this.#closed = true;
    for (const request of this.#open) request.destroy(new Error('the client was closed'));
    this.#agent.destroy();
  }

  #once(request: HttpRequest): Promise<HttpResponse> {
    if (this.#closed) return Promise.reject(this.#failed(request, new Error('the client was closed'), true));
    return new Promise((resolve, reject) => {
      let isAnswered = false;
      const outgoing = this.#start(request, (incoming) => {
        isAnswered = true;
        const { statusCode: status = 0, headers } = incoming;
        readAnswer(incoming).then(
          (body) => resolve({ status, headers, body }),
          (error: unknown) => reject(this.#failed(request, error, false)),
        );
      });
      const timer = setTimeout(() => {
        const error = new Error(`no answer within ${this.#options.timeoutMs} ms`);
        // A request that still waits for its connection emits nothing when it is destroyed.
        reject(this.#failed(request, error, outgoing.socket === null));
        outgoing.destroy(error);
      }, this.#options.timeoutMs);
      if (this.#options.background) timer.unref();
      this.#open.add(outgoing);
      outgoing.once('error', (error: NodeJS.ErrnoException) => {
        reject(this.#failed(request, error, BEFORE_SENDING.has(error.syscall ?? '')));
      });
      outgoing.once('close', () => {
        clearTimeout(timer);
        this.#open.delete(outgoing);
        if (!isAnswered) reject(this.#failed(request, new Error('the connection was closed'), false));
      });
      outgoing.end(request.body);
    });
  }

  #start(request: HttpRequest, onResponse: (incoming: http.IncomingMessage) => void): http.ClientRequest {
    const { credentials, proxy, background } = this.#options;
    const headers: Record<string, string> = { ...request.headers };
    if (credentials.authorization !== undefined) headers.authorization = credentials.authorization;
    if (request.body) headers['content-length'] = String(request.body.byteLength);
    const isForwarded = proxy?.url && request.url.protocol === 'http:';
    if (isForwarded) {
      headers.host = request.url.host;
      if (proxy.authorization !== undefined) headers['proxy-authorization'] = proxy.authorization;
    }
    const { url, path } = isForwarded
      ? { url: proxy.url, path: request.url.href }
      : { url: request.url, path: request.url.pathname + request.url.search };
    const options = { method: request.method, path, headers, agent: this.#agent };
    try {
      const outgoing = (url.protocol === 'https:' ? https : http).request(url, options, onResponse);
      if (background) outgoing.on('socket', (socket) => socket.unref());
      return outgoing;
    } catch (error) {
      // Names the header that holds a forbidden character, not its value.
      throw new MlflowError('AXL_MLFLOW_CONFIG', `${nameOf(request)} cannot be sent: ${textOf(error)}`, {
        untouched: true,
      });
    }
  }

  #failed(request: HttpRequest, error: unknown, untouched: boolean): MlflowError {
    const { proxy } = this.#options;
    const name = nameOf(request);
    if (error instanceof UnreadableAnswer) {
      const text = `${name}: the answer must be at most 16 MB, uncompressed or in gzip, got ${error.message}. Check the tracking URI.`;
      return new MlflowError('AXL_MLFLOW_RESPONSE', text, { untouched: false, isTooLarge: error.isTooLarge });
    }
    const way = proxy?.url ? ` through the proxy ${proxy.url.origin} (${proxy.variable})` : '';
    const isTunnel = error instanceof TunnelError;
    if (isTunnel && error.status !== undefined && !PROXY_WITHOUT_SERVER.has(error.status)) {
      const advice = 'Correct its address or credentials, or exclude the server with NO_PROXY.';
      return new MlflowError('AXL_MLFLOW_PROXY', `${name}${way}: ${error.message}. ${advice}`, { untouched: true });
    }
    const text = `${name} received no answer${way} (${textOf(error) || 'unknown error'})`;
    return new MlflowError('AXL_MLFLOW_UNREACHABLE', text, { untouched: untouched || isTunnel });
  }
}

/** Returns the agent for the one server. Its client certificate is never shown to a proxy. */
function agentFor(origin: string, { credentials, proxy, timeoutMs, background }: HttpOptions): http.Agent {
  const keep = { keepAlive: true, maxSockets: MAX_SOCKETS };
  const { clientCertificate, ...server } = credentials.tls;
  const tls = { ...keep, ...server, ...clientCertificate };
  if (origin.startsWith('https:')) {
    if (!proxy?.url) return new https.Agent(tls);
    return new TunnelAgent({ ...tls, proxy: { ...proxy, url: proxy.url }, timeoutMs, background });
  }
  return proxy?.url?.protocol === 'https:' ? new https.Agent(keep) : new http.Agent(keep);
}

function textOf(error: unknown): string {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  // An AggregateError of several addresses has a code and no message.
  return [code, message].filter((part) => typeof part === 'string' && part !== '').join(': ');
}
