import { hash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { VERSION } from '../../../lib/contract/version.js';
import { sizesOf } from '../../../lib/journal/batch.js';
import { listSegments } from '../../../lib/journal/layout.js';
import { listRuns } from '../../../lib/journal/runs.js';
import type { AnyData } from '../data/types.js';
import { LiveRun } from './live-run.js';

/** Runs that stay in memory: a page asks for the same one again and again. */
const RUNS_KEPT = 4;

/** What a journal folder has to show. Nothing in it is ever changed. */
export class ServedFolder {
  private readonly open = new Map<string, LiveRun>();

  constructor(private readonly dir: string) {}

  /** Data of the list of runs, as JSON. */
  list(): string {
    const runs = listRuns(this.dir).map(({ runDir: _, ...run }) => run);
    const data: AnyData = { mode: 'live', view: 'list', version: VERSION, folder: basename(this.dir), runs };
    return JSON.stringify(data);
  }

  /** The run with this very id; `undefined` where the folder has none such. */
  run(runId: string): LiveRun | undefined {
    if (!this.has(runId)) return undefined;
    const known = this.open.get(runId) ?? new LiveRun(runId, join(this.dir, runId));
    this.open.delete(runId);
    this.open.set(runId, known);
    const [oldest] = this.open.keys();
    if (this.open.size > RUNS_KEPT && oldest !== undefined) this.open.delete(oldest);
    return known;
  }

  /** A text that is another one after every change of any run's journal. */
  stamp(): string {
    return digest(this.ids().map((id) => [id, this.sizes(id)]));
  }

  /** A text that is another one after every change of the run's journal; `null` where the folder has no such run. */
  stampOf(runId: string): string | null {
    return this.has(runId) ? digest(this.sizes(runId)) : null;
  }

  /** Only what the folder lists: no path can be made of an id. */
  private has(runId: string): boolean {
    return this.ids().includes(runId) && listSegments(join(this.dir, runId)).length > 0;
  }

  private ids(): string[] {
    if (!existsSync(this.dir)) return [];
    return readdirSync(this.dir, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
  }

  private sizes(runId: string): unknown {
    try {
      return sizesOf(join(this.dir, runId));
    } catch {
      // The folder went away between two looks.
      return null;
    }
  }
}

function digest(value: unknown): string {
  return hash('sha256', JSON.stringify(value));
}
