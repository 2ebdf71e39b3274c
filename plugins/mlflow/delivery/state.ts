import { closeSync, existsSync, fdatasyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** A run on the server, and where its artifacts go. */
export interface KnownRun {
  readonly id: string;
  readonly artifactUri: string;
}

/** A LoggedModel on the server. */
export interface KnownModel {
  readonly modelId: string;
  readonly artifactUri: string;
}

/** A prompt version that is linked to the run, as MLflow's tag lists it. */
export interface LinkedPrompt {
  readonly name: string;
  readonly version: string;
}

/** One thing that is known of the server, one line of the file. */
export type Fact =
  | { readonly fact: 'opened' }
  | { readonly fact: 'asked' | 'unasked'; readonly what: string }
  | ({ readonly fact: 'run'; readonly run: string } & KnownRun)
  | ({ readonly fact: 'model'; readonly id: string } & KnownModel)
  | { readonly fact: 'output'; readonly id: string }
  | { readonly fact: 'claim'; readonly id: string; readonly number: number }
  | ({ readonly fact: 'shared' } & SharedRun)
  | { readonly fact: 'prompt'; readonly prompts: readonly LinkedPrompt[] }
  | { readonly fact: 'refused'; readonly run: string; readonly what: string; readonly why: string };

/** What a run that is not ours alone had before we joined it. */
export interface SharedRun {
  readonly offsets: Readonly<Record<string, number>>;
  readonly tables: readonly string[];
  readonly prompts: readonly LinkedPrompt[];
  /** First number that a compile or evaluation of ours may claim. */
  readonly firstNumber: number;
}

/**
 * What is known of the server about one run: ids of what was made, and what was asked for and not answered. It is a file
 * beside the journal's position that only grows, one JSON object a line; a line that a dying process left incomplete
 * does not count. With no journal it is kept in memory.
 */
export class DeliveryState {
  readonly runs = new Map<string, KnownRun>();
  readonly models = new Map<string, KnownModel>();
  readonly outputs = new Set<string>();
  readonly claims = new Map<string, number>();
  /** What was asked for and may have been done without our knowing. */
  readonly asked = new Set<string>();
  shared: SharedRun | null = null;
  prompts: readonly LinkedPrompt[] = [];
  /** Whether all is known that earlier deliveries made. */
  isOpened = false;
  /** Whether an earlier delivery left a file. */
  readonly #existed: boolean;
  readonly #file: string | null;
  #descriptor: number | null = null;

  constructor(file: string | null) {
    this.#file = file;
    this.#existed = file !== null && existsSync(file);
    if (file === null || !this.#existed) return;
    for (const line of readFileSync(file, 'utf8').split('\n')) this.#apply(parse(line));
  }

  /** Keeps a fact. What is `asked` is on the disk when this returns, also if the power fails then. */
  add(fact: Fact): void {
    this.#apply(fact);
    if (this.#file === null) return;
    if (this.#descriptor === null) {
      mkdirSync(dirname(this.#file), { recursive: true });
      this.#descriptor = openSync(this.#file, 'a');
      // A line that was torn before ends here.
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

function parse(line: string): Fact | null {
  try {
    const value: unknown = JSON.parse(line);
    return value !== null && typeof value === 'object' && 'fact' in value ? (value as Fact) : null;
  } catch {
    return null;
  }
}
