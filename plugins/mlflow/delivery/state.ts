import { closeSync, fdatasyncSync, writeSync } from 'node:fs';
import type { BatchContext, Folder } from 'ax-autolog/sink';
import { type Fact, factIn, type KnownModel, type KnownRun, type LinkedPrompt, type SharedRun } from './facts.js';

export type { Fact, KnownModel, KnownRun, LinkedPrompt, SharedRun } from './facts.js';

/** End of the name of the state file. */
const SUFFIX = '.mlflow.jsonl';

/**
 * State of one run on the server: ids of created objects, and create requests without an answer. Stored in an append-only
 * file next to the journal's position, one JSON object per line. A line that a dying process left incomplete is ignored.
 * Without a journal, the state is kept in memory.
 */
export class DeliveryState {
  readonly runs = new Map<string, KnownRun>();
  readonly models = new Map<string, KnownModel>();
  readonly outputs = new Set<string>();
  readonly claims = new Map<string, number>();
  /** Requests without an answer: the server may have processed them. */
  readonly asked = new Set<string>();
  shared: SharedRun | null = null;
  prompts: readonly LinkedPrompt[] = [];
  /** Whether the state lists everything that earlier deliveries created. */
  isOpened = false;
  /** Whether an earlier delivery left a state file. */
  readonly #existed: boolean;
  readonly #folder: Folder | null;
  readonly #file: string;
  #descriptor: number | null = null;

  constructor({ folder, stateFile }: Pick<BatchContext, 'folder' | 'stateFile'>) {
    this.#folder = folder;
    this.#file = stateFile(SUFFIX) ?? '';
    const text = folder?.read(this.#file) ?? null;
    this.#existed = text !== null;
    if (text === null) return;
    for (const line of Buffer.from(text).toString('utf8').split('\n')) this.#apply(factIn(line));
  }

  /** Stores a fact. `asked` and `opened` are synced to disk before this returns, so they survive a power failure. */
  add(fact: Fact): void {
    this.#apply(fact);
    if (this.#folder === null) return;
    if (this.#descriptor === null) {
      this.#descriptor = this.#folder.openToAppend(this.#file);
      // Ends a line that was left incomplete.
      if (this.#existed) writeSync(this.#descriptor, '\n');
    }
    writeSync(this.#descriptor, `${JSON.stringify(fact)}\n`);
    if (fact.fact === 'asked' || fact.fact === 'opened') fdatasyncSync(this.#descriptor);
  }

  close(): void {
    if (this.#descriptor !== null) closeSync(this.#descriptor);
    this.#descriptor = null;
  }

  #apply(fact: Fact | null): unknown {
    switch (fact?.fact) {
      case 'opened':
        this.isOpened = true;
        return;
      case 'asked':
        return this.asked.add(fact.what);
      case 'unasked':
        return this.asked.delete(fact.what);
      case 'run':
        this.asked.delete(`run ${fact.run}`);
        return this.runs.set(fact.run, { id: fact.id, artifactUri: fact.artifactUri });
      case 'model':
        this.asked.delete(`model ${fact.id}`);
        return this.models.set(fact.id, { modelId: fact.modelId, artifactUri: fact.artifactUri });
      case 'output':
        this.asked.delete(`output ${fact.id}`);
        return this.outputs.add(fact.id);
      case 'claim':
        return this.claims.set(fact.id, fact.number);
      case 'shared':
        this.shared = fact;
        this.prompts = fact.prompts;
        return;
      case 'prompt':
        this.prompts = fact.prompts;
        return;
      default:
        return;
    }
  }
}
