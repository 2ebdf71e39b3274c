import type { Api } from './api.js';
import { isMissing, isTaken, MlflowError } from './errors.js';
import { id, list, object, pairs, toPairs, whole } from './read.js';

const V2 = '/api/2.0/mlflow';
const IS_PROMPT = 'mlflow.prompt.is_prompt';
const EXPERIMENTS = '_mlflow_experiment_ids';

/** Fields of a new prompt version. */
export interface NewPromptVersion {
  readonly name: string;
  readonly text: string;
  readonly description: string;
  readonly tags: ReadonlyMap<string, string>;
}

/**
 * API of MLflow's Prompt Registry. Prompts are registered models with tags, written like `MlflowClient.register_prompt` of
 * MLflow 3.17.2 (mlflow/tracking/client.py, mlflow/prompt/constants.py).
 */
export class Prompts {
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  /**
   * Creates the prompt if it does not exist, and links it to the experiment.
   *
   * @throws MlflowError `AXL_MLFLOW_REFUSED` if a registered model that is not a prompt has that name
   */
  async ensure(name: string, experimentId: string): Promise<void> {
    const known = (await this.#tags(name)) ?? (await this.#create(name, experimentId));
    if (known === null) return;
    if (known.get(IS_PROMPT) !== 'true') {
      const text = `a registered model already has the name '${name}' of a prompt. Set promptPrefix to another prefix.`;
      throw new MlflowError('AXL_MLFLOW_REFUSED', text, { status: 409, untouched: true });
    }
    const ids = (known.get(EXPERIMENTS) ?? '').split(',').filter((id) => id !== '');
    if (ids.includes(experimentId)) return;
    // Commas at both ends: MLflow searches for `%,1,%`.
    const body = { name, key: EXPERIMENTS, value: `,${[...ids, experimentId].join(',')},` };
    await this.#api.call({ method: 'POST', path: `${V2}/registered-models/set-tag`, body });
  }

  /** Returns the tags of the prompt; `null` if it does not exist. */
  async #tags(name: string): Promise<ReadonlyMap<string, string> | null> {
    try {
      const answer = await this.#api.call({ method: 'GET', path: `${V2}/registered-models/get`, query: { name } });
      return pairs(object(answer.registered_model).tags);
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  /** Creates the prompt and returns `null`. If another client created it meanwhile, returns that prompt's tags. */
  async #create(name: string, experimentId: string): Promise<ReadonlyMap<string, string> | null> {
    const tags = [
      { key: IS_PROMPT, value: 'true' },
      { key: EXPERIMENTS, value: `,${experimentId},` },
    ];
    try {
      await this.#api.call({ method: 'POST', path: `${V2}/registered-models/create`, body: { name, tags } });
      return null;
    } catch (error) {
      if (!isTaken(error)) throw error;
      return this.#tags(name);
    }
  }

  /** Returns the first version of a prompt with that value of a tag; `null` if there is none. */
  async find(name: string, tag: string, value: string): Promise<string | null> {
    // The search excludes prompt versions unless its filter names the tag that marks prompts.
    const filter = `name='${name}' and tags.\`${IS_PROMPT}\` = 'true' and tags.\`${tag}\` = '${value}'`;
    const answer = await this.#api.call({
      method: 'GET',
      path: `${V2}/model-versions/search`,
      query: { filter, max_results: '100' },
    });
    const versions = list(answer.model_versions)
      .map((version) => whole(version.version))
      .filter((version) => version > 0);
    return versions.length === 0 ? null : String(Math.min(...versions));
  }

  /** Creates a version and returns its number. Not retried: if no answer arrives, search before creating it again. */
  async createVersion({ name, text: template, description, tags }: NewPromptVersion): Promise<string> {
    const all = [
      [IS_PROMPT, 'true'],
      ['_mlflow_prompt_type', 'text'],
      ['mlflow.prompt.text', template],
      ...tags,
    ] as const;
    // MLflow's own placeholder: a version requires a source, and a prompt has none.
    const body = { name, source: 'dummy-source', description, tags: toPairs(all) };
    const answer = await this.#api.call({
      method: 'POST',
      path: `${V2}/model-versions/create`,
      body,
      repeatable: false,
    });
    return id(object(answer.model_version).version, 'version of model-versions/create');
  }
}
