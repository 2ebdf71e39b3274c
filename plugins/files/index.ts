import { resolve } from 'node:path';
import {
  type AnyEvent,
  AutologError,
  type BatchContext,
  defaultJournalDir,
  type Folder,
  journalMode,
  openFolder,
  rebuildable,
  received,
  type Sink,
  type SinkContext,
  safeName,
} from 'ax-autolog/sink';
import { RunFolders } from './run-folders.js';

/** Options of {@link files}. */
export interface FilesOptions {
  /**
   * Folder in which one folder per run is created. Default: the run's own folder in the journal (`AX_AUTOLOG_DIR`, else
   * `./.ax-autolog`), next to its event files.
   */
  readonly dir?: string;
}

/**
 * Creates a sink that writes a readable folder per run: `run.json`, `params.json`, `metrics.csv`, `trainset.jsonl`,
 * `valset.jsonl`, `trials/003-full/{trial.json,candidate.json,results.csv}`, `evals/000-eval/…`, `candidates.csv`,
 * `candidates/`, `best_model.json` (for `loadBest`), `best_prompt.md`, `certificate.json`, `artifacts/`. Files of later
 * compiles in the same run are in `compile_1/`, `compile_2/`, ….
 *
 * Each file is replaced atomically. The sink is fed from the journal, so nothing is lost if the process dies, and events that
 * are delivered again produce the same bytes. With `journal: false` it is fed from memory and writes to `dir` or the default
 * folder.
 *
 * `onBatch`, `flush` and `close` throw `AXL_FILES_WRITE` if a file cannot be written. The file is written again with the
 * next batch or flush.
 *
 * @throws AutologError `AXL_BAD_OPTIONS` if `dir` is not a non-empty string or an option is unknown
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
    // A warning that belongs to no run has no folder.
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

  #place({ folder, runId }: BatchContext): Folder {
    const mode = journalMode();
    if (this.#dir !== undefined) return openFolder(this.#dir, { mode }).folder(safeName(runId));
    if (folder !== null) return folder;
    const journals = openFolder(this.#journalDir ?? defaultJournalDir(), { mode });
    try {
      journals.create('.gitignore', '*\n');
    } catch {
      // If the folder cannot be written, saving the first file reports it, after the events were taken.
    }
    return journals.folder(safeName(runId));
  }
}

function checkNames(options: unknown): void {
  const isObject = typeof options === 'object' && options !== null && !Array.isArray(options);
  const unknown = isObject ? Object.keys(options).find((name) => name !== 'dir') : undefined;
  if (isObject && unknown === undefined) return;
  const got = unknown === undefined ? received(options) : `an object with the option '${unknown}'`;
  throw new AutologError(
    'AXL_BAD_OPTIONS',
    `files(): options must be an object with dir, got ${got}. Pass { dir } or nothing.`,
  );
}

function checkedDir(dir: unknown): string | undefined {
  if (dir === undefined) return undefined;
  if (typeof dir === 'string' && dir !== '') return resolve(dir);
  throw new AutologError(
    'AXL_BAD_OPTIONS',
    `files({ dir }): dir must be the path of a folder, got ${received(dir)}. Leave it out to use the journal's folder.`,
  );
}
