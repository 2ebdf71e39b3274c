import * as http from 'node:http';
import * as https from 'node:https';
import type { Duplex } from 'node:stream';
import type { ProxyServer } from './proxy.js';

/** Error of a connection through a proxy that did not come about. The request was not sent. */
export class TunnelError extends Error {
  constructor(
    message: string,
    /** Status of the proxy's answer; `undefined` if it did not answer. */
    readonly status?: number,
  ) {
    super(message);
  }
}

/** Options of {@link TunnelAgent}. */
export interface TunnelOptions extends https.AgentOptions {
  /** Proxy with an address. */
  readonly proxy: ProxyServer & { readonly url: URL };
  /** Time until the proxy must have connected, in milliseconds. */
  readonly timeoutMs: number;
  /** Lets the process exit while the proxy connects. */
  readonly background: boolean;
}

type OnConnection = (error: Error | null, socket: Duplex) => void;

/** Connects to https servers through a proxy, with `CONNECT`. TLS is spoken with the server, so the proxy reads nothing. */
export class TunnelAgent extends https.Agent {
  readonly #tunnel: Pick<TunnelOptions, 'proxy' | 'timeoutMs' | 'background'>;
  readonly #opening = new Set<http.ClientRequest>();

  constructor({ proxy, timeoutMs, background, ...agent }: TunnelOptions) {
    super(agent);
    this.#tunnel = { proxy, timeoutMs, background };
  }

  override createConnection(options: https.RequestOptions, callback?: OnConnection): undefined {
    const none = undefined as unknown as Duplex;
    this.#open(`${bracketed(options.host ?? '')}:${options.port}`).then(
      (socket) => callback?.(null, super.createConnection({ ...options, socket } as https.RequestOptions) ?? none),
      (error: Error) => callback?.(error, none),
    );
  }

  override destroy(): void {
    for (const request of this.#opening) request.destroy(new TunnelError('the client was closed'));
    super.destroy();
  }

  #open(target: string): Promise<Duplex> {
    const { proxy, timeoutMs, background } = this.#tunnel;
    const headers = {
      host: target,
      ...(proxy.authorization === undefined ? {} : { 'proxy-authorization': proxy.authorization }),
    };
    return new Promise((resolve, reject) => {
      const fail = (why: string, status?: number): void => reject(new TunnelError(why, status));
      const send = proxy.url.protocol === 'https:' ? https.request : http.request;
      const request = send(proxy.url, { method: 'CONNECT', path: target, headers, agent: false });
      const late = (): unknown => request.destroy(new TunnelError(`no connection within ${timeoutMs} ms`));
      const timer = setTimeout(late, timeoutMs);
      if (background) {
        timer.unref();
        request.on('socket', (socket) => socket.unref());
      }
      this.#opening.add(request);
      request.once('connect', ({ statusCode = 0 }, socket) => {
        if (statusCode >= 200 && statusCode < 300) return resolve(socket);
        socket.destroy();
        fail(`the proxy answered ${statusCode}`, statusCode);
      });
      // A proxy that does not know CONNECT answers it like any other request.
      request.once('response', (response) => {
        response.destroy();
        fail(`the proxy answered ${response.statusCode}`, response.statusCode);
      });
      request.once('error', (error: NodeJS.ErrnoException) =>
        fail([error.code, error.message].filter(Boolean).join(': ')),
      );
      request.once('close', () => {
        clearTimeout(timer);
        this.#opening.delete(request);
        fail('the proxy closed the connection');
      });
      request.end();
    });
  }
}

function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}
