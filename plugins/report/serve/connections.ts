import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** Connections that have not shown the token yet. */
const STRANGERS = 16;
/** Connections that have. A browser opens six. */
const KNOWN = 16;

/** Limits in milliseconds after which a slow connection is closed. */
export const LIMITS = { headersTimeout: 5_000, requestTimeout: 10_000, connectionsCheckingInterval: 1_000 } as const;
/** Time in milliseconds after which a connection is closed whose reader takes nothing of its answer. */
const IDLE = 30_000;

/**
 * Bounds the open connections of a server. Above the bound, the connection that has been silent the longest is closed, so that
 * connections which are opened and left do not keep a new one out. Those that have shown the token are counted apart.
 */
export class Connections {
  readonly #strangers = new Set<Socket>();
  readonly #known = new Set<Socket>();

  constructor(server: Server) {
    server.setTimeout(IDLE);
    server.on('connection', (socket) => {
      add(this.#strangers, socket, STRANGERS);
      socket.once('close', () => {
        this.#strangers.delete(socket);
        this.#known.delete(socket);
      });
    });
  }

  /** Counts a connection among those that have shown the token, as the latest. */
  welcome(socket: Socket): void {
    this.#strangers.delete(socket);
    add(this.#known, socket, KNOWN);
  }
}

function add(sockets: Set<Socket>, socket: Socket, limit: number): void {
  sockets.delete(socket);
  sockets.add(socket);
  const [oldest] = sockets;
  if (sockets.size <= limit || oldest === undefined) return;
  sockets.delete(oldest);
  oldest.destroy();
}
