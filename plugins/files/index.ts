import { join, resolve } from 'node:path';
import {
  type AnyEvent,
  AutologError,
  type BatchContext,
  createOnce,
  defaultJournalDir,
  rebuildable,
  type Sink,
  type SinkContext,
} from 'ax-autolog/sink';
import { safeName } from './names.js';
import { RunFolders } from './run-folders.js';

/** Options of {@link files}. */
export interface FilesOptions {
  /**
   * Folder that gets one folder per run. Default: the run's own folder in the journal (`AX_AUTOLOG_DIR`, else
   * `./.ax-autolog`), beside its `events.jsonl`.
   */
  readonly dir?: string;
}

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
  readonly #runs = rebuildable((context) => new RunFolders(this.#place(context)));
  #journalDir: string | null = null;

  readonly #dir: string | undefined;

  constructor(dir: string | undefined) {
    this.#dir = dir;
  }

  setup(context: SinkContext): void {
    this.#journalDir = context.journalDir;
  }

  write(events: readonly AnyEvent[], context: BatchContext): void {
    // A warning outside of every run has no folder to go to.
    if (context.runId === '') return;
    const { state, steps } = this.#runs.begin(events, context);
    for (const { event, isEarlier } of steps) state.take(event, isEarlier);
    state.save();
  }

  save(): void {
    const failures: unknown[] = [];
    for (const runId of this.#runs.ids()) {
      try {
        this.#runs.get(runId)?.save();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  close(): void {
    this.save();
    this.#runs.clear();
  }

  #place({ runDir, runId }: BatchContext): string {
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
