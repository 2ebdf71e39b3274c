import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Folder } from '../contract/folder.js';
import { parseJson } from '../contract/schema/bounds.js';
import { membersOf } from '../contract/schema/checks.js';
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
  readonly #folder: Folder;
  /** Name in the folder, and absolute path. */
  readonly #name: string;
  readonly #file: string;
  readonly #holder: Holder = {
    id: randomUUID(),
    pid: process.pid,
    started: startTicksOf(process.pid),
    host: hostname(),
  };
  #held = false;

  /** @param name path of the lock file in the folder */
  constructor(folder: Folder, name: string) {
    this.#folder = folder;
    this.#name = name;
    this.#file = join(folder.path, name);
  }

  /** Returns `kept` if it was already held, `taken` if it was free or stale, `busy` if another feed holds it. */
  acquire(): 'kept' | 'taken' | 'busy' {
    if (this.#held && readHolder(this.#file)?.id === this.#holder.id) return 'kept';
    this.#held = this.#create() || (this.#removeStale() && this.#create());
    return this.#held ? 'taken' : 'busy';
  }

  /** Extends the lease, if it is held. */
  renew(): void {
    if (this.#held) this.#folder.touch(this.#name);
  }

  release(): void {
    if (this.#held && readHolder(this.#file)?.id === this.#holder.id) this.#folder.remove(this.#name);
    this.#held = false;
  }

  /** No process reads half a lease, because the file appears with its whole content. */
  #create(): boolean {
    return this.#folder.create(this.#name, JSON.stringify(this.#holder));
  }

  /** Removes a stale lease by renaming it: if several processes try, only one rename succeeds. */
  #removeStale(): boolean {
    const stale = readHolder(this.#file);
    if (stale && isAlive(stale, this.#file)) return false;
    const aside = `${this.#name}.${randomUUID()}`;
    try {
      this.#folder.rename(this.#name, aside);
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'ENOENT';
    }
    const content = this.#folder.read(aside);
    const removed = content && holderOf(parseJson(content.toString()));
    // Another process may have replaced the stale lease before the rename. Then its lease is restored.
    const isFresh = removed !== null && removed.id !== stale?.id;
    if (isFresh && content) this.#folder.create(this.#name, content);
    this.#folder.remove(aside);
    return !isFresh;
  }
}

/** Returns whether a live process holds the lease in this file. */
export function isLeased(file: string): boolean {
  const holder = readHolder(file);
  return holder !== null && isAlive(holder, file);
}

function readHolder(file: string): Holder | null {
  return holderOf(readState(file));
}

/** Returns who holds a lease, from the content of its file; `null` if that is not a lease. */
function holderOf(content: unknown): Holder | null {
  const { id, pid, started, host } = membersOf(content) ?? {};
  const isProcess = Number.isSafeInteger(pid) && (pid as number) > 0;
  if (typeof id !== 'string' || typeof host !== 'string' || !isProcess) return null;
  return started === null || typeof started === 'string' ? { id, pid: pid as number, started, host } : null;
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
