import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AutologError, thrownText } from 'ax-autolog/sink';
import { contentPolicy } from '../html.js';
import { Connections, LIMITS } from './connections.js';
import { DOOR } from './door.js';
import { ServedFolder } from './folder.js';
import { refusalOf } from './guard.js';
import { type Reply, replyTo, text } from './routes.js';
import { AccessToken } from './token.js';

/** Options of {@link serveUi}. */
export interface ServeOptions {
  /** The journal folder, which need not exist yet. */
  readonly dir: string;
  /** Port to listen on. 0 chooses a free one. */
  readonly port: number;
}

/** A running server. */
export interface UiServer {
  /** Address of the page with the list of runs, with the token that every request must carry. */
  readonly url: string;
  /** Secret of this server. Every request carries it as `?token=` or `Authorization: Bearer`. */
  readonly token: string;
  /** Port that it listens on. */
  readonly port: number;
  /** Returns the address of a page, such as `runs/ID`, with the token. */
  urlOf(path: string): string;
  /** Stops the server. Open pages then show that it is not reachable. */
  close(): Promise<void>;
}

const ADDRESS = '127.0.0.1';

/**
 * Serves the runs of a journal folder on 127.0.0.1 to whoever has the address with its token. The server is read-only.
 *
 * @throws AutologError `AXL_UI_PORT` if it cannot listen on the port
 */
export async function serveUi({ dir, port }: ServeOptions): Promise<UiServer> {
  const folder = new ServedFolder(dir);
  const token = new AccessToken();
  const server = createServer(LIMITS, (request, response) => {
    const reply = replyFor(request, { folder, token, port: portOf(server), connections });
    send(response, reply, request.method === 'HEAD');
  });
  const connections = new Connections(server);
  await listening(server, port);
  const urlOf = (path: string): string => `http://${ADDRESS}:${portOf(server)}/${path}?token=${token.text}`;
  return {
    url: urlOf(''),
    token: token.text,
    port: portOf(server),
    urlOf,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Served {
  readonly folder: ServedFolder;
  readonly token: AccessToken;
  readonly port: number;
  readonly connections: Connections;
}

function replyFor(request: IncomingMessage, { folder, token, port, connections }: Served): Reply {
  return orFailure(() => {
    const refusal = refusalOf(request, port);
    if (refusal) return text(refusal.status, `${refusal.reason}\n`);
    const [path = '/'] = (request.url ?? '/').split('?');
    if (!token.isIn(request)) return refused(path);
    connections.welcome(request.socket);
    return replyTo(path, folder);
  });
}

/** Refuses a request without the token. The same for every path, so that nobody learns which runs exist. */
function refused(path: string): Reply {
  if (path.startsWith('/api/')) return text(403, DOOR.text);
  return { status: 403, type: 'text/html; charset=utf-8', body: DOOR.html, policy: DOOR.policy };
}

function send(
  response: ServerResponse,
  { status, type, body, policy = contentPolicy(true) }: Reply,
  isHead: boolean,
): void {
  const allow = status === 405 ? { Allow: 'GET, HEAD' } : {};
  response.writeHead(status, { ...headers(type, policy), ...allow, 'Content-Length': Buffer.byteLength(body) });
  response.end(isHead ? undefined : body);
}

/** Returns the response, or status 500 with the error's message, such as that of an unreadable file. */
function orFailure(reply: () => Reply): Reply {
  try {
    return reply();
  } catch (error) {
    return text(500, `${thrownText(error)}\n`);
  }
}

function headers(type: string, policy: string): Record<string, string> {
  return {
    'Content-Type': type,
    'Content-Security-Policy': `${policy}; frame-ancestors 'none'`,
    'Cache-Control': 'no-store',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
  };
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo | null)?.port ?? 0;
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'EADDRINUSE' ? 'a port that is in use' : cause.message;
      reject(
        new AutologError(
          'AXL_UI_PORT',
          `port ${port} on ${ADDRESS} must be available, got ${why}. Pass another one with --port, or --port 0 for any free one.`,
          { cause },
        ),
      );
    });
    server.listen(port, ADDRESS, () => resolve());
  });
}
