import type { DatasetData, Json, Scope } from '../contract/events.js';
import { contentHash, exampleId } from '../support/content-hash.js';
import { settings } from '../support/settings.js';
import { capture } from '../support/snapshot/snapshot.js';

const captured = new WeakMap<object, DatasetData>();

/** Describes a dataset. Describes an array that several compiles share only once, unless its length changes. */
export function describeDataset(examples: readonly unknown[], name?: string): DatasetData {
  const known = captured.get(examples);
  if (known && known.size === examples.length && known.name === name) return known;
  const { redactor } = settings();
  const rows = capture([...examples], redactor) as readonly Json[];
  const fields = new Set<string>();
  for (const row of rows) {
    if (row !== null && typeof row === 'object' && !Array.isArray(row))
      for (const key of Object.keys(row)) fields.add(key);
  }
  const dataset: DatasetData = Object.freeze({
    ...(name === undefined ? {} : { name }),
    size: rows.length,
    digest: contentHash(rows, 32),
    fields: Object.freeze([...fields]),
    examples: rows,
  });
  captured.set(examples, dataset);
  return dataset;
}

class ExampleSet {
  readonly #objects: Set<unknown>;
  #ids: Set<string> | null = null;

  constructor(readonly examples: readonly unknown[]) {
    this.#objects = new Set(examples);
  }

  get distinct(): number {
    return this.#ids?.size ?? this.#objects.size;
  }

  /** Returns how many distinct examples the batch has, or -1 if one of them is not in the set. */
  covered(batch: readonly unknown[]): number {
    if (batch.every((example) => this.#objects.has(example))) return new Set(batch).size;
    this.#ids ??= new Set(this.examples.map(exampleId));
    const batchIds = new Set(batch.map(exampleId));
    for (const id of batchIds) if (!this.#ids.has(id)) return -1;
    return batchIds.size;
  }
}

/** Determines the scope of batches from the datasets of one compile. Compares examples by identity, then by content. */
export class CompileDatasets {
  readonly #reference: ExampleSet | null;
  readonly #training: ExampleSet | null;

  constructor(trainset: readonly unknown[] | undefined, valset: readonly unknown[] | undefined) {
    this.#training = trainset ? new ExampleSet(trainset) : null;
    this.#reference = valset ? new ExampleSet(valset) : this.#training;
  }

  /**
   * Returns the scope of a batch: `full` if it has every example of the validation set (or of the training set if there is
   * no validation set), `minibatch` if it has only examples of either set, otherwise `holdout`. `of` is the size of the set
   * that the batch was drawn from, `null` for a holdout.
   */
  scopeOf(batch: readonly unknown[]): { readonly scope: Scope; readonly of: number | null } {
    const inReference = this.#reference?.covered(batch) ?? -1;
    if (this.#reference && inReference >= 0) {
      const full = inReference === this.#reference.distinct && batch.length >= this.#reference.distinct;
      return { scope: full ? 'full' : 'minibatch', of: this.#reference.examples.length };
    }
    if (this.#training && this.#training !== this.#reference && this.#training.covered(batch) >= 0) {
      return { scope: 'minibatch', of: this.#training.examples.length };
    }
    return { scope: 'holdout', of: null };
  }

  /** Size of the set that a full evaluation covers; `null` without datasets. */
  get referenceSize(): number | null {
    return this.#reference?.examples.length ?? null;
  }
}
