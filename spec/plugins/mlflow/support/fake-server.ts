import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { FakeStore } from './fake-store.js';

/** One request that came in. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** Local port of the client: the same for requests over one connection. */
  readonly port: number | undefined;
}

/** What goes wrong with a request. `before`: the server never acts on it; `after`: it acts, and the answer is this. */
export interface Fault {
  readonly when: 'before' | 'after';
  readonly answer: (response: ServerResponse) => void;
}

/** Picks the fault of a request; `undefined` for none. */
export type Faults = (seen: Seen, nth: number) => Fault | undefined;

/** An MLflow server on the loopback: what it keeps is in `store`, what it was asked in `seen`. */
export class FakeServer {
  readonly store = new FakeStore();
  readonly seen: Seen[] = [];
  faults: Faults = () => undefined;
  /** Value of `Authorization` that is expected. */
  authorization: string | undefined;
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Requests to a path that ends so. */
  requests(ending: string): readonly Seen[] {
    return this.seen.filter(({ path }) => path.split('?')[0]?.endsWith(ending));
  }

  /** What the store cannot make sense of is refused, as MLflow does. */
  #handle({ method, path, body }: Seen): { readonly status: number; readonly body: unknown } {
    try {
      return this.store.handle(method, path, body);
    } catch (error) {
      return { status: 400, body: { error_code: 'BAD_REQUEST', message: String(error) } };
    }
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const seen: Seen = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body: plain(Buffer.concat(parts), request).toString('utf8'),
      port: request.socket.remotePort,
    };
    this.seen.push(seen);
    const fault = this.faults(seen, this.seen.length - 1);
    if (fault?.when === 'before') return fault.answer(response);
    if (this.authorization !== undefined && request.headers.authorization !== this.authorization) {
      return text(401, 'You are not authenticated.')(response);
    }
    const { status, body } = this.#handle(seen);
    if (fault) return fault.answer(response);
    if (status === 200 && seen.path === '/v1/traces')
      return text(200, '', { 'content-type': 'application/x-protobuf' })(response);
    json(status, body)(response);
  }
}

/** Only the address for spans takes a compressed body. */
function plain(body: Buffer, { url, headers }: IncomingMessage): Buffer {
  return url === '/v1/traces' && headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
}

/** Answers with JSON. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}) {
  return (response: ServerResponse): void => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };
}

/** Answers with text of any type. */
export function text(status: number, body: string, headers: Record<string, string> = {}) {
  return (response: ServerResponse): void => {
    response.writeHead(status, { 'content-type': 'text/plain', ...headers });
    response.end(body);
  };
}

/** Breaks the connection off. */
export function hangUp(response: ServerResponse): void {
  response.socket?.destroy();
}

/** Never answers. */
export function silence(): void {}
