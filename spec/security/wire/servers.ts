import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Certificate } from '../../fixtures/certificate.js';

/** One request that came in. */
export interface Arrived {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A server on the loopback. */
export interface Listening {
  readonly origin: string;
  readonly port: number;
  readonly seen: Arrived[];
  /** Number of connections that are open. */
  connections(): Promise<number>;
  close(): Promise<void>;
}

export type Answer = (response: ServerResponse, arrived: Arrived) => void;

/** Starts a server that notes each request and gives the answer; over TLS if it has a certificate. */
export async function listen(answer: Answer, certificate?: Certificate): Promise<Listening> {
  const seen: Arrived[] = [];
  const handle = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    let body = '';
    for await (const part of incoming) body += String(part);
    const arrived = { method: incoming.method ?? '', url: incoming.url ?? '', headers: incoming.headers, body };
    seen.push(arrived);
    answer(response, arrived);
  };
  const server = certificate
    ? createTlsServer({ ...certificate }, (incoming, response) => void handle(incoming, response))
    : createServer((incoming, response) => void handle(incoming, response));
  return opened(server, seen, certificate ? 'https' : 'http');
}

/** Options of {@link startProxy}. */
export interface ProxyOptions {
  /** Value of `Proxy-Authorization` that it asks for. */
  readonly authorization?: string;
  /** Status with which it refuses everything. */
  readonly refusal?: number;
  /** Never answers. */
  readonly silent?: boolean;
}

/** Starts a proxy for http (whole address in the request line) and https (`CONNECT`). */
export async function startProxy(options: ProxyOptions = {}, certificate?: Certificate): Promise<Listening> {
  const seen: Arrived[] = [];
  const refusalOf = ({ headers }: IncomingMessage): number | undefined =>
    options.authorization !== undefined && headers['proxy-authorization'] !== options.authorization
      ? 407
      : options.refusal;
  const forward = (incoming: IncomingMessage, response: ServerResponse): void => {
    const { method = '', url = '', headers } = incoming;
    seen.push({ method, url, headers, body: '' });
    const refusal = refusalOf(incoming);
    if (options.silent) return;
    if (refusal !== undefined) return void response.writeHead(refusal).end(String(headers['proxy-authorization']));
    const { 'proxy-authorization': _own, ...onward } = headers;
    const inner = request(url, { method, headers: onward }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    inner.on('error', () => response.writeHead(502).end());
    incoming.pipe(inner);
  };
  const server = certificate ? createTlsServer({ ...certificate }, forward) : createServer(forward);
  server.on('connect', (incoming: IncomingMessage, socket: Socket) => {
    const { url = '', headers } = incoming;
    seen.push({ method: 'CONNECT', url, headers, body: '' });
    socket.on('error', () => socket.destroy());
    const refusal = refusalOf(incoming);
    if (options.silent) return;
    if (refusal !== undefined) return void socket.end(`HTTP/1.1 ${refusal} No\r\ncontent-length: 2\r\n\r\nno`);
    const [host = '', port] = url.split(':');
    const inner = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connected\r\n\r\n');
      inner.pipe(socket);
      socket.pipe(inner);
    });
    inner.on('error', () => socket.destroy());
    socket.on('close', () => inner.destroy());
  });
  return opened(server, seen, certificate ? 'https' : 'http');
}

async function opened(server: Server, seen: Arrived[], scheme: string): Promise<Listening> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `${scheme}://127.0.0.1:${port}`,
    port,
    seen,
    connections: () => Promise.resolve(sockets.size),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Answers with JSON. */
export function json(body: unknown, status = 200): Answer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

/** Answers with a redirect. */
export function redirect(status: number, location: string): Answer {
  return (response) => {
    response.writeHead(status, { location });
    response.end();
  };
}
