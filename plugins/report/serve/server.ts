import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AutologError, thrownText } from 'ax-autolog/sink';
import { contentPolicy } from '../html.js';
import { ServedFolder } from './folder.js';
import { refusalOf } from './guard.js';
import { type Reply, replyTo, text } from './routes.js';

/** Options of {@link serveUi}. */
export interface ServeOptions {
  /** The journal folder, which need not exist yet. */
  readonly dir: string;
  /** Port to listen on. 0 chooses a free one. */
  readonly port: number;
}

/** A running server. */
export interface UiServer {
  /** Address of the page with the list of runs. */
  readonly url: string;
  /** Port that it listens on. */
  readonly port: number;
  /** Stops the server. Open pages then show that it is not reachable. */
  close(): Promise<void>;
}

const ADDRESS = '127.0.0.1';

/**
 * Serves the runs of a journal folder on 127.0.0.1. The server is read-only.
 *
 * @throws AutologError `AXL_UI_PORT` if it cannot listen on the port
 */
export async function serveUi({ dir, port }: ServeOptions): Promise<UiServer> {
  const folder = new ServedFolder(dir);
  const server = createServer((request, response) => answer(request, response, folder, portOf(server)));
  await listening(server, port);
  return {
    url: `http://${ADDRESS}:${portOf(server)}/`,
    port: portOf(server),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(request: IncomingMessage, response: ServerResponse, folder: ServedFolder, port: number): void {
  const reply = orFailure(() => {
    const refusal = refusalOf(request, port);
    if (refusal) return text(refusal.status, `${refusal.reason}\n`);
    const [path = '/'] = (request.url ?? '/').split('?');
    return replyTo(path, folder);
  });
  const { status, type, body } = reply;
  const allow = status === 405 ? { Allow: 'GET, HEAD' } : {};
  response.writeHead(status, { ...headers(type), ...allow, 'Content-Length': Buffer.byteLength(body) });
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** Returns the response, or status 500 with the error's message, such as that of an unreadable file. */
function orFailure(reply: () => Reply): Reply {
  try {
    return reply();
  } catch (error) {
    return text(500, `${thrownText(error)}\n`);
  }
}

function headers(type: string): Record<string, string> {
  return {
    'Content-Type': type,
    'Content-Security-Policy': `${contentPolicy(true)}; frame-ancestors 'none'`,
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
