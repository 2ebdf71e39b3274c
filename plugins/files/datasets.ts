import type { AnyEvent, DatasetData } from 'ax-autolog/sink';
import type { Places } from './places.js';
import { jsonLines, type OutputTree } from './tree.js';

/**
 * `trainset.jsonl` and `valset.jsonl`: the examples of a compile, one a line, written when it starts. No file where the
 * examples are not captured; `run.json` has size, digest and fields in any case.
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

/** Writes a dataset's examples, if there are any to write. */
export function putExamples(tree: OutputTree, path: string, dataset: DatasetData | null | undefined): void {
  const examples = dataset?.examples;
  if (examples) tree.put(path, () => jsonLines(examples));
}
