import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { processExists, startTicksOf } from '../journal/process.js';

/** The holder renews its lease this often, in milliseconds. */
export const RENEW_AFTER_MS = 10_000;
/** A lease of another host is given up on when it was not renewed for this long; a dead process here is noticed at once. */
const EXPIRES_AFTER_MS = 60_000;

interface Holder {
  readonly id: string;
  readonly pid: number;
  /** When the process started, in clock ticks since boot; `null` where the system does not say. */
  readonly started: string | null;
  readonly host: string;
}

/**
 * The right to feed one target from one journal, held by one feed at a time over all processes. It is a lock file that says
 * who holds it; one left by a dead process is taken over. Methods throw the file system's errors.
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

  /** `kept` if it was held all along, `taken` if it was free or stale, `busy` if somebody else has it. */
  acquire(): 'kept' | 'taken' | 'busy' {
    if (this.#held && readHolder(this.#file)?.id === this.#holder.id) return 'kept';
    this.#held = this.#create() || (this.#removeStale() && this.#create());
    return this.#held ? 'taken' : 'busy';
  }

  /** Says that its holder is alive. */
  renew(): void {
    const now = new Date();
    if (this.#held) utimesSync(this.#file, now, now);
  }

  release(): void {
    if (this.#held && readHolder(this.#file)?.id === this.#holder.id) rmSync(this.#file, { force: true });
    this.#held = false;
  }

  /** A link appears with its content, so that nobody ever reads half a lease. */
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

  /** Of several that see the same stale lease, the one whose rename succeeds removes it. */
  #removeStale(): boolean {
    const stale = readHolder(this.#file);
    if (stale && isAlive(stale, this.#file)) return false;
    const aside = `${this.#file}.${randomUUID()}`;
    try {
      renameSync(this.#file, aside);
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'ENOENT';
    }
    const taken = readHolder(aside);
    const isFresh = taken !== null && taken.id !== stale?.id;
    if (isFresh) link(aside, this.#file);
    rmSync(aside, { force: true });
    return !isFresh;
  }
}

/** Whether somebody who is alive holds the lease in this file. */
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

function readHolder(file: string): Holder | null {
  try {
    const holder: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isHolder(holder) ? holder : null;
  } catch {
    return null;
  }
}

function isHolder(value: unknown): value is Holder {
  if (typeof value !== 'object' || value === null) return false;
  return 'id' in value && 'pid' in value && typeof value.pid === 'number' && 'host' in value && 'started' in value;
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
