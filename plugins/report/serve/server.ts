import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AutologError } from 'ax-autolog/sink';
import { contentPolicy } from '../html.js';
import { ServedFolder } from './folder.js';
import { refusalOf } from './guard.js';
import { type Reply, replyTo, text } from './routes.js';

/** How a folder is served. */
export interface ServeOptions {
  /** The journal folder; it need not be there yet. */
  readonly dir: string;
  /** 0: any that is free. */
  readonly port: number;
}

/** A folder that is being served. */
export interface UiServer {
  readonly url: string;
  readonly port: number;
  /** Ends it; open pages say that the server is gone. */
  close(): Promise<void>;
}

const ADDRESS = '127.0.0.1';

/**
 * Serves the runs of a journal folder on 127.0.0.1, to be looked at: nothing can be changed through it.
 *
 * @throws AutologError AXL_UI_PORT when the port cannot be listened on
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
  const reply = safely(() => {
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

/** A journal that cannot be read for a reason of the file system is an answer too. */
function safely(reply: () => Reply): Reply {
  try {
    return reply();
  } catch (error) {
    return text(500, `${error instanceof Error ? error.message : String(error)}\n`);
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
      const why = cause.code === 'EADDRINUSE' ? 'it is taken' : cause.message;
      const advice = `pass --port with another one, or --port 0 for any that is free`;
      reject(
        new AutologError('AXL_UI_PORT', `port ${port} on ${ADDRESS} cannot be listened on: ${why}; ${advice}.`, {
          cause,
        }),
      );
    });
    server.listen(port, ADDRESS, () => resolve());
  });
}
