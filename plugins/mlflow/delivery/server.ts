import type { MlflowClient } from '../client/client.js';
import type { MappingOptions } from '../mapping/mapper.js';
import { PromptRegistry } from './prompt-registry.js';

/** Server, experiment and mapping options. */
export interface ServerOptions {
  readonly client: MlflowClient;
  /** Name of the experiment, or its id. */
  readonly experiment: { readonly name: string } | { readonly id: string };
  readonly mapping: MappingOptions;
  /** Prefix of prompt names. */
  readonly promptPrefix: string;
  /** MLflow's id of the run to write everything to (`MLFLOW_RUN_ID`). */
  readonly runId: string | undefined;
  /** Reports a warning. */
  readonly warn: (code: string, message: string) => void;
}

/** Server and experiment, shared by all runs that are written to it. */
export class MlflowServer {
  readonly client: MlflowClient;
  readonly promptRegistry: PromptRegistry;
  /** Endpoints that the server does not have. */
  readonly unsupported = new Set<'traces' | 'spans'>();
  #experimentId: Promise<string> | null = null;

  constructor(readonly options: ServerOptions) {
    this.client = options.client;
    this.promptRegistry = new PromptRegistry(options.client.prompts, options.promptPrefix);
  }

  /** Returns the id of the experiment, creating it if it does not exist. The server is asked only once. */
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
