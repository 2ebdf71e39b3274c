import { join, resolve } from 'node:path';
import { AutologError } from '../../lib/contract/errors.js';
import type { AnyEvent } from '../../lib/contract/events.js';
import type { BatchContext, Sink, SinkContext } from '../../lib/contract/sink.js';
import { createOnce } from '../../lib/support/atomic-files.js';
import { defaultJournalDir } from '../../lib/support/settings.js';
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
 * `best_model.json` (for `loadBest`), `best_prompt.md`, `certificate.json`, `artifacts/`. Later compiles of a run have `compile_1/…`.
 *
 * Files are replaced in one step. It is fed from the journal, so that nothing is lost when the process dies; events that
 * come again give the same bytes. With `journal: false` it is fed from memory and writes to `dir` or the default folder.
 *
 * @throws AutologError `AXL_BAD_OPTIONS` when `dir` is no non-empty string.
 * `onBatch`, `flush` and `close` throw `AXL_FILES_WRITE` when a file cannot be written; it is tried again with the next batch and on flush.
 */
export function files(options: FilesOptions = {}): Sink {
  checkNames(options);
  const dir = checkedDir(options.dir);
  const writer = new FilesWriter(dir);
  return {
    name: 'files',
    delivery: 'journal',
    target: dir === undefined ? 'files' : `files:${dir}`,
    setup: (context: SinkContext) => writer.setup(context),
    onBatch: (events, context) => writer.write(events, context),
    flush: () => writer.save(),
    close: () => writer.close(),
  };
}

class FilesWriter {
  readonly #folders = new Map<string, RunFolder>();
  #journalDir: string | null = null;

  readonly #dir: string | undefined;

  constructor(dir: string | undefined) {
    this.#dir = dir;
  }

  setup(context: SinkContext): void {
    this.#journalDir = context.journalDir;
  }

  write(events: readonly AnyEvent[], context: BatchContext): void {
    const touched = new Set<RunFolder>();
    for (const group of byWriter(events.filter(ofRun))) {
      const folder = this.#folderOf(group[0], context);
      folder.take(group);
      touched.add(folder);
    }
    saveAll(touched);
    this.#forgetEnded();
  }

  save(): void {
    saveAll(this.#folders.values());
  }

  close(): void {
    this.save();
    this.#folders.clear();
  }

  #folderOf(first: AnyEvent, context: BatchContext): RunFolder {
    const key = JSON.stringify([first.runId, first.writer]);
    const known = this.#folders.get(key);
    if (known) return known;
    const made = new RunFolder(this.#place(first.runId, context), first);
    if (context.runDir !== null && first.seq > 0) replayInto(made, context.runDir, first);
    this.#folders.set(key, made);
    return made;
  }

  #place(runId: string, { runDir }: BatchContext): string {
    if (this.#dir !== undefined) return join(this.#dir, safeName(runId));
    if (runDir !== null) return runDir;
    const dir = this.#journalDir ?? defaultJournalDir();
    try {
      createOnce(join(dir, '.gitignore'), '*\n');
    } catch {
      // A folder that cannot be written is reported with the first file, when the events are safely taken.
    }
    return join(dir, safeName(runId));
  }

  /** Ended runs go, oldest first: a server that evaluates for ever must not grow. */
  #forgetEnded(): void {
    const ended = [...this.#folders].filter(([, folder]) => folder.ended);
    for (const [key] of ended.slice(0, Math.max(0, ended.length - ENDED_RUNS_KEPT))) this.#folders.delete(key);
  }
}

function saveAll(folders: Iterable<RunFolder>): void {
  const failures: unknown[] = [];
  for (const folder of folders) {
    try {
      folder.save();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

/** A warning outside of every run has no folder to go to. */
function ofRun(event: AnyEvent): boolean {
  return event.runId !== '';
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

function checkNames(options: unknown): void {
  const isObject = typeof options === 'object' && options !== null && !Array.isArray(options);
  const unknown = isObject ? Object.keys(options).find((name) => name !== 'dir') : undefined;
  if (isObject && unknown === undefined) return;
  const came = unknown === undefined ? (options === null ? 'null' : typeof options) : `an option '${unknown}'`;
  throw new AutologError('AXL_BAD_OPTIONS', `files() came with ${came}; expected an object with dir, or nothing`);
}

function checkedDir(dir: unknown): string | undefined {
  if (dir === undefined) return undefined;
  if (typeof dir === 'string' && dir !== '') return resolve(dir);
  throw new AutologError(
    'AXL_BAD_OPTIONS',
    `files({ dir }): dir is ${dir === '' ? 'an empty string' : typeof dir}; expected the path of a folder, or leave it out for the journal's`,
  );
}
