import { type AnyEvent, type Folder, safeName } from 'ax-autolog/sink';
import { Artifacts } from './artifacts.js';
import { BestPrograms } from './best.js';
import { Candidates } from './candidates.js';
import { Datasets } from './datasets.js';
import { Evaluations } from './evaluations.js';
import { Metrics } from './metrics.js';
import { Params } from './params.js';
import { Places } from './places.js';
import { RunRecord } from './run-record.js';
import { OutputTree, writeError } from './tree.js';

const RUN_FILE = 'run.json';

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
  #root: Folder | null = null;

  readonly #folder: Folder;

  constructor(folder: Folder, first: AnyEvent) {
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
  #claim(): Folder {
    const folder = this.#folder;
    try {
      if (folder.create(RUN_FILE, this.#record.render())) return folder;
      return writerIn(folder) === this.#writer ? folder : folder.folder(`writers/${safeName(this.#writer)}`);
    } catch (error) {
      throw writeError(folder.path, [RUN_FILE, error]);
    }
  }
}

function writerIn(folder: Folder): unknown {
  const text = folder.read(RUN_FILE);
  try {
    return text === null
      ? undefined
      : (JSON.parse(Buffer.from(text).toString()) as { writer?: unknown } | null)?.writer;
  } catch {
    return undefined;
  }
}
