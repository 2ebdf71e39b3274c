import type { AnyEvent, DatasetData } from 'ax-autolog/sink';
import type { Places } from './places.js';
import { jsonLines, type OutputTree } from './tree.js';

/**
 * Writes `trainset.jsonl` and `valset.jsonl` when a compile starts: its examples, one per line. If examples are not captured,
 * there is no file; `run.json` always has size, digest and fields.
 */
export class Datasets {
  readonly #tree: OutputTree;
  readonly #places: Places;

  constructor(tree: OutputTree, places: Places) {
    this.#tree = tree;
    this.#places = places;
  }

  take(event: AnyEvent): void {
    if (event.type !== 'onCompileStart') return;
    const folder = this.#places.ofCompile(event);
    putExamples(this.#tree, `${folder}trainset.jsonl`, event.data.trainset);
    putExamples(this.#tree, `${folder}valset.jsonl`, event.data.valset);
  }
}

/** Writes a dataset's examples, if they were captured. */
export function putExamples(tree: OutputTree, path: string, dataset: DatasetData | null | undefined): void {
  const examples = dataset?.examples;
  if (examples) tree.put(path, () => jsonLines(examples));
}
