import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { readState } from '../journal/position.js';
import { processExists, startTicksOf } from '../journal/process.js';

/** How often a holder renews its lease, in milliseconds. */
export const RENEW_AFTER_MS = 10_000;
/**
 * A lease held on another host expires if it is not renewed for this long, in milliseconds. On this host, the lease of
 * a dead process expires at once.
 */
const EXPIRES_AFTER_MS = 60_000;

interface Holder {
  readonly id: string;
  readonly pid: number;
  /** Start time of the process in clock ticks since boot, `null` if unknown. Process ids are reused; this is not. */
  readonly started: string | null;
  readonly host: string;
}

/**
 * A lock file that allows one feed at a time, across all processes, to deliver a journal to a target. The lease of a
 * dead process is taken over. Methods throw the file system's errors.
 */
export class Lease {
  readonly #file: string;
  readonly #holder: Holder = {
    id: randomUUID(),
    pid: process.pid,
    started: startTicksOf(process.pid),
    host: hostname(),
  };
  #held = false;

  constructor(file: string) {
    this.#file = file;
  }

  /** Returns `kept` if it was already held, `taken` if it was free or stale, `busy` if another feed holds it. */
  acquire(): 'kept' | 'taken' | 'busy' {
    if (this.#held && readHolder(this.#file)?.id === this.#holder.id) return 'kept';
    this.#held = this.#create() || (this.#removeStale() && this.#create());
    return this.#held ? 'taken' : 'busy';
  }

  /** Extends the lease, if it is held. */
  renew(): void {
    const now = new Date();
    if (this.#held) utimesSync(this.#file, now, now);
  }

  release(): void {
    if (this.#held && readHolder(this.#file)?.id === this.#holder.id) rmSync(this.#file, { force: true });
    this.#held = false;
  }

  /** Writes a temporary file and links it, so that no process reads half a lease. */
  #create(): boolean {
    mkdirSync(dirname(this.#file), { recursive: true });
    const temporary = `${this.#file}.${this.#holder.id}`;
    writeFileSync(temporary, JSON.stringify(this.#holder));
    try {
      return link(temporary, this.#file);
    } finally {
      rmSync(temporary, { force: true });
    }
  }

  /** Removes a stale lease by renaming it: if several processes try, only one rename succeeds. */
  #removeStale(): boolean {
    const stale = readHolder(this.#file);
    if (stale && isAlive(stale, this.#file)) return false;
    const aside = `${this.#file}.${randomUUID()}`;
    try {
      renameSync(this.#file, aside);
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'ENOENT';
    }
    const removed = readHolder(aside);
    // Another process may have replaced the stale lease before the rename. Then its lease is restored.
    const isFresh = removed !== null && removed.id !== stale?.id;
    if (isFresh) link(aside, this.#file);
    rmSync(aside, { force: true });
    return !isFresh;
  }
}

/** Returns whether a live process holds the lease in this file. */
export function isLeased(file: string): boolean {
  const holder = readHolder(file);
  return holder !== null && isAlive(holder, file);
}

function link(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Returns who holds a lease; `null` if nobody does, or the file is not a lease. */
function readHolder(file: string): Holder | null {
  const { id, pid, started, host } = readState(file) ?? {};
  if (typeof id !== 'string' || typeof host !== 'string' || !Number.isSafeInteger(pid) || (pid as number) <= 0)
    return null;
  if (started !== null && typeof started !== 'string') return null;
  return { id, pid: pid as number, started, host };
}

function isAlive(holder: Holder, file: string): boolean {
  if (holder.host !== hostname()) return age(file) < EXPIRES_AFTER_MS;
  if (!processExists(holder.pid)) return false;
  const started = startTicksOf(holder.pid);
  return started === null || holder.started === null || started === holder.started;
}

function age(file: string): number {
  try {
    return Date.now() - statSync(file).mtimeMs;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
