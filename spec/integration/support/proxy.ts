import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** What becomes of one request: it passes, or the proxy does something else with it. */
export type Verdict =
  | { readonly kind: 'pass' }
  /** Answers by itself; the server hears nothing. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly body?: string;
      readonly headers?: Record<string, string>;
    }
  /** Never answers; the server hears nothing. */
  | { readonly kind: 'hang' }
  /** The server gets the request and its answer is lost. */
  | { readonly kind: 'lose answer' }
  /** The connection breaks before the server hears anything. */
  | { readonly kind: 'reset' };

/** One request as the proxy saw it. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly bytes: number;
}

export const PASS: Verdict = { kind: 'pass' };

/** A server on the loopback that stands between a client and an MLflow server and may misbehave. */
export class FaultyProxy {
  /** Decides about each request; may be replaced at any time. The index counts all requests from 0. */
  rule: (seen: SeenRequest, index: number) => Verdict | Promise<Verdict> = () => PASS;
  /** Every request, in order of arrival. */
  readonly seen: SeenRequest[] = [];
  /** Requests that hang now. */
  hanging = 0;
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;

  private constructor(private readonly target: () => string) {
    this.#server = createServer((ask, answer) => void this.#handle(ask, answer));
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  /** @param target Where requests pass to. */
  static async start(target: string | (() => string)): Promise<FaultyProxy> {
    const proxy = new FaultyProxy(typeof target === 'string' ? () => target : target);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get uri(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Lets go of all that hangs, and passes everything from now on. */
  heal(): void {
    this.rule = () => PASS;
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #handle(ask: IncomingMessage, answer: ServerResponse): Promise<void> {
    try {
      const body = await bodyOf(ask);
      const seen = { method: ask.method ?? '', path: ask.url ?? '', bytes: body.length };
      const index = this.seen.push(seen) - 1;
      await this.#carryOut(await this.rule(seen, index), ask, body, answer);
    } catch {
      answer.destroy();
    }
  }

  async #carryOut(verdict: Verdict, ask: IncomingMessage, body: Buffer, answer: ServerResponse): Promise<void> {
    if (verdict.kind === 'answer') {
      answer.writeHead(verdict.status, verdict.headers ?? {}).end(verdict.body ?? '');
    } else if (verdict.kind === 'reset') {
      answer.destroy();
    } else if (verdict.kind === 'hang') {
      this.hanging += 1;
      answer.once('close', () => {
        this.hanging -= 1;
      });
    } else {
      const got = await forward(this.target(), ask, body);
      if (verdict.kind === 'lose answer') answer.destroy();
      else answer.writeHead(got.status, got.headers).end(got.body);
    }
  }
}

async function bodyOf(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

interface Got {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: Buffer;
}

async function forward(target: string, ask: IncomingMessage, body: Buffer): Promise<Got> {
  const { host: _host, connection: _connection, 'transfer-encoding': _encoding, ...headers } = ask.headers;
  const onward = request(new URL(ask.url ?? '/', target), {
    method: ask.method,
    headers: { ...headers, 'content-length': String(body.length) },
    agent: false,
  });
  onward.end(body);
  const [got] = (await once(onward, 'response')) as [IncomingMessage];
  const { connection: _keep, 'transfer-encoding': _chunked, ...back } = got.headers;
  return { status: got.statusCode ?? 0, headers: back, body: await bodyOf(got) };
}
