import type { MlflowClient } from '../client/client.js';
import type { MappingOptions } from '../mapping/mapper.js';
import { PromptBook } from './prompt-book.js';

/** Options of what is written, and the server it goes to. */
export interface ServerOptions {
  readonly client: MlflowClient;
  /** Name of the experiment, or its id. */
  readonly experiment: { readonly name: string } | { readonly id: string };
  readonly mapping: MappingOptions;
  /** Begins the names of prompts. */
  readonly promptPrefix: string;
  /** MLflow's id of the run that everything belongs to (`MLFLOW_RUN_ID`). */
  readonly runId: string | undefined;
  /** Reports once for each code. */
  readonly warn: (code: string, message: string) => void;
}

/** One server and experiment, shared by all runs that are written there. */
export class MlflowServer {
  readonly client: MlflowClient;
  readonly promptBook: PromptBook;
  /** What the server has said that it has no address for. */
  readonly lacks = new Set<'traces' | 'spans'>();
  #experimentId: Promise<string> | null = null;

  constructor(readonly options: ServerOptions) {
    this.client = options.client;
    this.promptBook = new PromptBook(options.client.prompts, options.promptPrefix);
  }

  /** Id of the experiment, which is made if need be; asked for once. */
  experimentId(): Promise<string> {
    const { experiment } = this.options;
    if ('id' in experiment) return Promise.resolve(experiment.id);
    this.#experimentId ??= this.client.experiment(experiment.name).catch((error: unknown) => {
      this.#experimentId = null;
      throw error;
    });
    return this.#experimentId;
  }
}
