import type { ServerResponse } from 'node:http';

/** How often journals are looked at while somebody listens, in ms. */
const LOOK_EVERY = 300;
/** How often a listener hears something in any case, in ms: a connection that is dead is found so. */
const BEAT_EVERY = 15_000;

interface Listener {
  readonly response: ServerResponse;
  /** What it is about, as it stands: see `ServedFolder.stamp`. */
  readonly stamp: () => string;
  last: string;
  beat: number;
}

/** Tells pages that there is something new, as server-sent events. Journals are looked at only while somebody listens. */
export class Changes {
  private readonly listeners = new Set<Listener>();
  private timer: NodeJS.Timeout | null = null;

  /** Keeps a response open and tells it of every change of the stamp. */
  listen(response: ServerResponse, stamp: () => string): void {
    const listener: Listener = { response, stamp, last: stamp(), beat: Date.now() };
    this.listeners.add(listener);
    response.on('close', () => this.forget(listener));
    response.flushHeaders();
    // What changed between the page's data and now would go unnoticed otherwise.
    response.write('retry: 1000\ndata: now\n\n');
    this.timer ??= setInterval(() => this.look(), LOOK_EVERY);
  }

  /** Ends all responses. */
  close(): void {
    for (const { response } of this.listeners) response.end();
    this.listeners.clear();
    this.stop();
  }

  private look(): void {
    for (const listener of this.listeners) {
      const stamp = listener.stamp();
      if (stamp !== listener.last) this.tell(listener, `data: ${Date.now()}\n\n`);
      else if (Date.now() - listener.beat > BEAT_EVERY) this.tell(listener, ': still here\n\n');
      listener.last = stamp;
    }
  }

  private tell(listener: Listener, text: string): void {
    listener.beat = Date.now();
    listener.response.write(text);
  }

  private forget(listener: Listener): void {
    this.listeners.delete(listener);
    if (this.listeners.size === 0) this.stop();
  }

  private stop(): void {
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
  }
}
