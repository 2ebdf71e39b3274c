import { AutologError } from 'ax-autolog/sink';
import { Api, type ApiOptions } from './api.js';
import { putArtifact } from './artifacts.js';
import { sizeOf, splitBatches } from './batches.js';
import { isMissing, isTaken, MlflowError } from './errors.js';
import { Models } from './models.js';
import { Prompts } from './prompts.js';
import { id, list, object, readRun, text, toPairs } from './read.js';
import { Traces } from './traces.js';
import type { DatasetInput, RunData, RunStatus, ServerRun } from './types.js';

/** Fields of a new run. */
export interface NewRun {
  readonly experimentId: string;
  readonly name: string;
  /** Milliseconds since the Unix epoch. */
  readonly startTime: number;
  readonly tags: ReadonlyMap<string, string>;
}

/** Fields that `runs/update` changes. */
export interface RunUpdate {
  readonly status?: RunStatus;
  /** Milliseconds since the Unix epoch. */
  readonly endTime?: number;
  readonly name?: string;
}

interface SearchPage {
  readonly size: number;
  readonly token: string | undefined;
}

const V2 = '/api/2.0/mlflow';
/** Runs in one answer of a search, at first. */
const SEARCH_PAGE = 1_000;
/** Most runs that a search returns, and most answers that it takes. */
const MAX_FOUND = 100_000;

/**
 * Client of the parts of MLflow's tracking server and prompt registry that the sink needs. Requests are retried on 408, 429,
 * 5xx and network errors, except those that must not be processed twice: before retrying `createRun`, `addOutput`,
 * `models.create` or `prompts.createVersion`, the caller has to search for the result. Rejects with `MlflowError`.
 */
export class MlflowClient {
  readonly api: Api;
  readonly models: Models;
  readonly prompts: Prompts;
  readonly traces: Traces;

  constructor(options: ApiOptions) {
    this.api = new Api(options);
    this.models = new Models(this.api);
    this.prompts = new Prompts(this.api);
    this.traces = new Traces(this.api);
  }

  /**
   * Returns the id of an experiment by name, creating it if it does not exist.
   *
   * @throws AutologError `AXL_MLFLOW_CONFIG` if the experiment was deleted
   */
  async experiment(name: string): Promise<string> {
    const known = await this.#experimentByName(name);
    if (known !== null) return known;
    try {
      const made = await this.api.call({ method: 'POST', path: `${V2}/experiments/create`, body: { name } });
      return id(made.experiment_id, 'experiment_id of experiments/create');
    } catch (error) {
      if (!isTaken(error)) throw error;
      const other = await this.#experimentByName(name);
      if (other === null) throw error;
      return other;
    }
  }

  async #experimentByName(name: string): Promise<string | null> {
    let answer: Readonly<Record<string, unknown>>;
    try {
      const path = `${V2}/experiments/get-by-name`;
      answer = await this.api.call({ method: 'GET', path, query: { experiment_name: name } });
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
    const experiment = object(answer.experiment);
    if (experiment.lifecycle_stage === 'deleted') {
      throw new AutologError(
        'AXL_MLFLOW_CONFIG',
        `experiment '${name}' was deleted on the server. Restore it there or use another one.`,
      );
    }
    return id(experiment.experiment_id, 'experiment_id of experiments/get-by-name');
  }

  /** Whether the server has the experiment. */
  async hasExperiment(experimentId: string): Promise<boolean> {
    try {
      const query = { experiment_id: experimentId };
      await this.api.call({ method: 'GET', path: `${V2}/experiments/get`, query });
      return true;
    } catch (error) {
      if (error instanceof MlflowError) return false;
      throw error;
    }
  }

  /** Creates a run. Not retried: if no answer arrives, search for the run before creating it again. */
  async createRun({ experimentId, name, startTime, tags }: NewRun): Promise<ServerRun> {
    const body = { experiment_id: experimentId, run_name: name, start_time: startTime, tags: toPairs(tags) };
    const answer = await this.api.call({ method: 'POST', path: `${V2}/runs/create`, body, repeatable: false });
    return readRun(answer.run);
  }

  async updateRun(runId: string, { status, endTime, name }: RunUpdate): Promise<void> {
    const body = { run_id: runId, status, end_time: endTime, run_name: name };
    await this.api.call({ method: 'POST', path: `${V2}/runs/update`, body });
  }

  /** Returns the run; `null` if no run has that id. */
  async getRun(runId: string): Promise<ServerRun | null> {
    try {
      const answer = await this.api.call({ method: 'GET', path: `${V2}/runs/get`, query: { run_id: runId } });
      return readRun(answer.run);
    } catch (error) {
      if (isMissing(error) || (error instanceof MlflowError && error.serverCode === 'INVALID_PARAMETER_VALUE'))
        return null;
      throw error;
    }
  }

  /**
   * Returns all runs with that value of a tag, oldest first, without deleted runs and without their params and metrics.
   *
   * @throws MlflowError `AXL_MLFLOW_RESPONSE` if the server never comes to an end
   */
  async runsTagged(experimentIds: readonly string[], tag: string, value: string): Promise<readonly ServerRun[]> {
    const found: ServerRun[] = [];
    const filter = `tags.\`${tag}\` = '${value.replaceAll("'", "''")}'`;
    let page: SearchPage = { size: SEARCH_PAGE, token: undefined };
    for (let answers = 0; answers < MAX_FOUND && found.length < MAX_FOUND; answers += 1) {
      const answer = await this.#searchRuns(experimentIds, filter, page);
      if (answer === null) {
        page = { ...page, size: Math.ceil(page.size / 10) };
        continue;
      }
      for (const run of list(answer.runs)) found.push({ ...readRun(run), params: new Map(), metrics: [] });
      page = { ...page, token: text(answer.next_page_token) || undefined };
      if (page.token === undefined) return found;
    }
    const message = `runs/search must find at most ${MAX_FOUND} runs, got more. Check the version of the server.`;
    throw new MlflowError('AXL_MLFLOW_RESPONSE', message, { untouched: true });
  }

  /** Returns one page of a search; `null` if the answer is too large and a smaller page may not be. */
  async #searchRuns(
    experimentIds: readonly string[],
    filter: string,
    { size, token }: SearchPage,
  ): Promise<Readonly<Record<string, unknown>> | null> {
    const body = {
      experiment_ids: experimentIds,
      filter,
      max_results: size,
      order_by: ['attributes.start_time ASC', 'attributes.run_id ASC'],
      page_token: token,
    };
    try {
      return await this.api.call({ method: 'POST', path: `${V2}/runs/search`, body });
    } catch (error) {
      if (size > 1 && error instanceof MlflowError && error.isTooLarge) return null;
      throw error;
    }
  }

  /** Writes one batch, which must be within the limits: see {@link splitBatches}. */
  async logBatch(runId: string, batch: RunData): Promise<void> {
    await this.api.call({ method: 'POST', path: `${V2}/runs/log-batch`, body: { run_id: runId, ...batch } });
  }

  /** Writes metrics, params and tags in as few calls as the limits allow. */
  async logAll(runId: string, data: RunData): Promise<void> {
    if (sizeOf(data) === 0) return;
    for (const batch of splitBatches(data)) await this.logBatch(runId, batch);
  }

  /** Adds datasets as inputs of a run. An existing input is not added again. */
  async logInputs(runId: string, inputs: readonly DatasetInput[]): Promise<void> {
    const datasets = inputs.map(({ context, sourceType, ...dataset }) => ({
      dataset: { ...dataset, source_type: sourceType },
      tags: [{ key: 'mlflow.data.context', value: context }],
    }));
    await this.api.call({ method: 'POST', path: `${V2}/runs/log-inputs`, body: { run_id: runId, datasets } });
  }

  /** Adds a LoggedModel as output of a run. Not retried: the server accepts duplicates, so read the outputs first. */
  async addOutput(runId: string, modelId: string): Promise<void> {
    const body = { run_id: runId, models: [{ model_id: modelId, step: 0 }] };
    await this.api.call({ method: 'POST', path: `${V2}/runs/outputs`, body, repeatable: false });
  }

  /** Writes an artifact through the server's proxy and replaces an existing one. */
  putArtifact(artifactUri: string, path: string, content: Buffer): Promise<void> {
    return putArtifact(this.api, artifactUri, path, content);
  }

  /** Aborts requests in flight and closes all connections. */
  close(): void {
    this.api.close();
  }
}
