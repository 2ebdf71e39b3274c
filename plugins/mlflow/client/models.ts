import type { Api } from './api.js';
import { artifactUri, id, list, object, pairs, toPairs } from './read.js';

const PATH = '/api/2.0/mlflow/logged-models';

/** LoggedModel on the server. */
export interface LoggedModel {
  readonly modelId: string;
  readonly artifactUri: string;
}

/** Fields of a new LoggedModel. */
export interface NewModel {
  readonly experimentId: string;
  readonly name: string;
  readonly runId: string;
  readonly tags: ReadonlyMap<string, string>;
}

/** API of LoggedModels. MLflow's GenAI views show only runs that have one. */
export class Models {
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  /** Creates a model. Not retried: if no answer arrives, search for the model before creating it again. */
  async create({ experimentId, name, runId, tags }: NewModel): Promise<LoggedModel> {
    const body = { experiment_id: experimentId, name, source_run_id: runId, tags: toPairs(tags) };
    const answer = await this.#api.call({ method: 'POST', path: PATH, body, repeatable: false });
    return read(answer.model);
  }

  /** Returns the run's model with that value of a tag; `null` if there is none. */
  async find(experimentId: string, runId: string, tag: string, value: string): Promise<LoggedModel | null> {
    const filter = `source_run_id = '${runId}'`;
    const body = { experiment_ids: [experimentId], filter, max_results: 100 };
    const answer = await this.#api.call({ method: 'POST', path: `${PATH}/search`, body });
    const found = list(answer.models).find((model) => pairs(object(model.info).tags).get(tag) === value);
    return found ? read(found) : null;
  }

  async setTags(modelId: string, tags: ReadonlyMap<string, string>): Promise<void> {
    const path = `${PATH}/${encodeURIComponent(modelId)}/tags`;
    await this.#api.call({ method: 'PATCH', path, body: { model_id: modelId, tags: toPairs(tags) } });
  }

  /** Sets the status of a model: ready or failed. */
  async finalize(modelId: string, isReady: boolean): Promise<void> {
    const body = { model_id: modelId, status: isReady ? 'LOGGED_MODEL_READY' : 'LOGGED_MODEL_UPLOAD_FAILED' };
    await this.#api.call({ method: 'PATCH', path: `${PATH}/${encodeURIComponent(modelId)}`, body });
  }
}

function read(value: unknown): LoggedModel {
  const info = object(object(value).info);
  return { modelId: id(info.model_id, 'model_id of logged-models'), artifactUri: artifactUri(info.artifact_uri) };
}
