import { hash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { listRuns, sizesOf } from 'ax-autolog/analysis/node';
import { VERSION } from 'ax-autolog/sink';
import type { AnyData } from '../data/types/index.js';
import { LiveRun } from './live-run.js';

/** Runs that stay in memory, because a page requests the same one again and again. */
const RUNS_KEPT = 4;

/** Reads a journal folder for the live page. Never writes to it. */
export class ServedFolder {
  readonly #dir: string;
  readonly #open = new Map<string, LiveRun>();

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** Returns the data of the list of runs, as JSON. */
  list(): string {
    const runs = listRuns(this.#dir).map(({ runDir: _, ...run }) => run);
    const data: AnyData = { mode: 'live', view: 'list', version: VERSION, folder: basename(this.#dir), runs };
    return JSON.stringify(data);
  }

  /** Returns the run with exactly this id, or `undefined` if the folder has none. */
  run(runId: string): LiveRun | undefined {
    if (!this.#has(runId)) return undefined;
    const known = this.#open.get(runId) ?? new LiveRun(runId, join(this.#dir, runId));
    this.#open.delete(runId);
    this.#open.set(runId, known);
    const [oldest] = this.#open.keys();
    if (this.#open.size > RUNS_KEPT && oldest !== undefined) this.#open.delete(oldest);
    return known;
  }

  /** Returns a text that changes whenever the journal of any run does. */
  stamp(): string {
    return digest(this.#ids().map((id) => [id, this.#sizes(id)]));
  }

  /** Returns a text that changes whenever the run's journal does, or `null` if the folder has no such run. */
  stampOf(runId: string): string | null {
    return this.#has(runId) ? digest(this.#sizes(runId)) : null;
  }

  /** Compares with the names that the folder lists, so that an id cannot be a path out of it. */
  #has(runId: string): boolean {
    return this.#ids().includes(runId) && Object.keys(this.#sizes(runId) ?? {}).length > 0;
  }

  #ids(): string[] {
    if (!existsSync(this.#dir)) return [];
    return readdirSync(this.#dir, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
  }

  #sizes(runId: string): Readonly<Record<string, number>> | null {
    try {
      return sizesOf(join(this.#dir, runId));
    } catch {
      // The folder was removed in between.
      return null;
    }
  }
}

function digest(value: unknown): string {
  return hash('sha256', JSON.stringify(value));
}
