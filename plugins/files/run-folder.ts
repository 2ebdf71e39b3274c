import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AnyEvent, createOnce } from 'ax-autolog/sink';
import { Artifacts } from './artifacts.js';
import { BestPrograms } from './best.js';
import { Candidates } from './candidates.js';
import { Datasets } from './datasets.js';
import { Evaluations } from './evaluations.js';
import { Metrics } from './metrics.js';
import { safeName } from './names.js';
import { Params } from './params.js';
import { Places } from './places.js';
import { RunRecord } from './run-record.js';
import { OutputTree, writeError } from './tree.js';

/** Writer of some of the files: takes events and puts files into the tree. */
interface Part {
  take(event: AnyEvent): void;
}

/**
 * Files of one run from the events of one process. Their content depends only on the events, so that events that are
 * delivered again produce the same bytes.
 */
export class RunFolder {
  readonly #tree = new OutputTree();
  readonly #record: RunRecord;
  readonly #parts: readonly Part[];
  readonly #writer: string;
  #root: string | null = null;

  readonly #folder: string;

  constructor(folder: string, first: AnyEvent) {
    this.#folder = folder;
    const tree = this.#tree;
    const places = new Places();
    this.#writer = first.writer;
    this.#record = new RunRecord(tree, places, first);
    this.#parts = [
      this.#record,
      new Params(tree, places),
      new Datasets(tree, places),
      new Candidates(tree, places),
      new Evaluations(tree),
      new Metrics(tree),
      new BestPrograms(tree, places),
      new Artifacts(tree, places),
    ];
  }

  /** Takes the next event of its process. */
  take(event: AnyEvent): void {
    for (const part of this.#parts) part.take(event);
  }

  /** Writes the changed files. @throws AutologError `AXL_FILES_WRITE` */
  save(): void {
    this.#root ??= this.#claim();
    this.#tree.save(this.#root);
  }

  /**
   * Returns the folder of this process. The first process uses the run's folder; one that continues the run uses
   * `writers/<its id>/` in it, so that neither overwrites the other's files.
   */
  #claim(): string {
    const file = join(this.#folder, 'run.json');
    try {
      if (createOnce(file, this.#record.render())) return this.#folder;
    } catch (error) {
      throw writeError(this.#folder, ['run.json', error]);
    }
    return writerOf(file) === this.#writer ? this.#folder : join(this.#folder, 'writers', safeName(this.#writer));
  }
}

function writerOf(file: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { writer?: string }).writer;
  } catch {
    return undefined;
  }
}
