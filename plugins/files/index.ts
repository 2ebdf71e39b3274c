import { join, resolve } from 'node:path';
import { AutologError } from '../../lib/errors.js';
import type { AnyEvent } from '../../lib/events.js';
import { defaultJournalDir } from '../../lib/settings.js';
import type { BatchContext, Sink, SinkContext } from '../../lib/sink.js';
import { createOnce } from './atomic.js';
import { safeName } from './names.js';
import { replayInto } from './rebuild.js';
import { RunFolder } from './run-folder.js';

/** Options of {@link files}. */
export interface FilesOptions {
  /**
   * Folder that gets one folder per run. Default: the run's own folder in the journal (`AX_AUTOLOG_DIR`, else
   * `./.ax-autolog`), beside its `events.jsonl`.
   */
  readonly dir?: string;
}

/** Runs that ended and are still held in memory, for events that come late. */
const ENDED_RUNS_KEPT = 64;

/**
 * A folder per run that a person can read: `run.json`, `params.json`, `metrics.csv`, `trainset.jsonl`, `valset.jsonl`,
 * `trials/003-full/{trial.json,candidate.json,results.csv}`, `evals/000-eval/…`, `candidates.csv`, `candidates/`,
 * `best_model.json` (for `loadBest`), `best_prompt.md`, `artifacts/`. Later compiles of a run have `compile_1/…`.
 *
 * Files are replaced in one step. It is fed from the journal, so that nothing is lost when the process dies; events that
 * come again give the same bytes. With `journal: false` it is fed from memory and writes to `dir` or the default folder.
 *
 * @throws AutologError `AXL_BAD_OPTIONS` when `dir` is no non-empty string.
 * Hooks reject with `AXL_FILES_WRITE` when a file cannot be written; it is tried again with the next batch and on flush.
 */
export function files(options: FilesOptions = {}): Sink {
  const dir = checkedDir(options.dir);
  const writer = new FilesWriter(dir);
  return {
    name: 'files',
    delivery: 'journal',
    target: dir === undefined ? 'files' : `files:${dir}`,
    setup: (context: SinkContext) => writer.setup(context),
    onBatch: (events, context) => writer.inTurn(() => writer.write(events, context)),
    flush: () => writer.inTurn(() => writer.save()),
    close: () => writer.inTurn(() => writer.close()),
  };
}

class FilesWriter {
  private readonly folders = new Map<string, RunFolder>();
  private journalDir: string | null = null;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly dir: string | undefined) {}

  setup(context: SinkContext): void {
    this.journalDir = context.journalDir;
  }

  /** One batch at a time, also when the caller stopped waiting for one. */
  inTurn(action: () => Promise<void>): Promise<void> {
    const result = this.turn.then(action);
    this.turn = result.catch(() => undefined);
    return result;
  }

  async write(events: readonly AnyEvent[], context: BatchContext): Promise<void> {
    const touched = new Set<RunFolder>();
    for (const group of byWriter(events)) {
      const folder = await this.folderOf(group, context);
      folder.take(group);
      touched.add(folder);
    }
    await saveAll(touched);
    this.forgetEnded();
  }

  async save(): Promise<void> {
    await saveAll(this.folders.values());
  }

  async close(): Promise<void> {
    await this.save();
    this.folders.clear();
  }

  private async folderOf(group: readonly [AnyEvent, ...AnyEvent[]], context: BatchContext): Promise<RunFolder> {
    const [first] = group;
    const key = JSON.stringify([first.runId, first.writer]);
    const known = this.folders.get(key);
    if (known) return known;
    const made = new RunFolder(await this.place(first.runId, context), first);
    if (context.runDir !== null && first.seq > 0) await replayInto(made, context.runDir, first);
    this.folders.set(key, made);
    return made;
  }

  private async place(runId: string, { runDir }: BatchContext): Promise<string> {
    if (this.dir !== undefined) return join(this.dir, safeName(runId));
    if (runDir !== null) return runDir;
    const dir = this.journalDir ?? defaultJournalDir();
    // A folder that cannot be written is reported with the first file, when the events are safely taken.
    await createOnce(join(dir, '.gitignore'), '*\n').catch(() => undefined);
    return join(dir, safeName(runId));
  }

  /** Ended runs go, oldest first: a server that evaluates for ever must not grow. */
  private forgetEnded(): void {
    const ended = [...this.folders].filter(([, folder]) => folder.ended);
    for (const [key] of ended.slice(0, Math.max(0, ended.length - ENDED_RUNS_KEPT))) this.folders.delete(key);
  }
}

async function saveAll(folders: Iterable<RunFolder>): Promise<void> {
  const failures: unknown[] = [];
  for (const folder of folders) await folder.save().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}

/** Runs of neighbouring events by one process. */
function byWriter(events: readonly AnyEvent[]): [AnyEvent, ...AnyEvent[]][] {
  const groups: [AnyEvent, ...AnyEvent[]][] = [];
  for (const event of events) {
    const group = groups.at(-1);
    if (group && group[0].writer === event.writer && group[0].runId === event.runId) group.push(event);
    else groups.push([event]);
  }
  return groups;
}

function checkedDir(dir: unknown): string | undefined {
  if (dir === undefined) return undefined;
  if (typeof dir === 'string' && dir !== '') return resolve(dir);
  throw new AutologError(
    'AXL_BAD_OPTIONS',
    `files({ dir }): dir is ${dir === '' ? 'an empty string' : typeof dir}; expected the path of a folder, or leave it out for the journal's`,
  );
}
