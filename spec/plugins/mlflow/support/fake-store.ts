import { FakeTraces } from './fake-traces.js';

/** What an MLflow server keeps, with its rules: what it takes twice, what it refuses (observed on MLflow 3.17.2). */

type Body = Record<string, unknown>;
type Pair = { readonly key: string; readonly value: string };

export interface StoredRun {
  readonly id: string;
  readonly experimentId: string;
  name: string;
  status: string;
  startTime: unknown;
  endTime?: unknown;
  readonly tags: Map<string, string>;
  readonly params: Map<string, string>;
  /** `key step timestamp value`, as the server tells points apart. */
  readonly points: Set<string>;
  readonly artifacts: Map<string, string>;
  readonly inputs: Set<string>;
  readonly outputs: string[];
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Names that MLflow takes for params, metrics and tags. */
const NAME = /^[/\p{L}\p{N}_.\- :]*$/u;

export class FakeStore {
  readonly experiments = new Map<string, string>();
  readonly runs = new Map<string, StoredRun>();
  readonly models = new Map<string, { readonly runId: string; readonly tags: Map<string, string>; status: string }>();
  readonly prompts = new Map<
    string,
    { readonly tags: Map<string, string>; readonly versions: Map<string, string>[] }
  >();
  readonly tracing = new FakeTraces();
  #ids = 0;

  handle(method: string, url: string, text: string): Answer {
    const { pathname, searchParams } = new URL(url, 'http://server');
    const artifact = /^\/api\/2\.0\/mlflow-artifacts\/artifacts\/\d+\/([^/]+)\/artifacts\/(.+)$/.exec(pathname);
    if (artifact) return this.#putArtifact(artifact[1] ?? '', decodeURIComponent(artifact[2] ?? ''), text);
    if (pathname === '/v1/traces') return this.tracing.putSpans(JSON.parse(text) as Body);
    if (pathname === '/api/3.0/mlflow/traces') return this.tracing.putInfo(JSON.parse(text) as Body);
    const body = method === 'GET' ? Object.fromEntries(searchParams) : (JSON.parse(text) as Body);
    const model = /\/logged-models\/([^/]+)(\/tags)?$/.exec(pathname);
    if (method === 'PATCH' && model) return this.#patchModel(model[1] ?? '', body);
    const call = pathname.replace('/api/2.0/mlflow/', '');
    const handler = this.#handlers[call];
    return handler ? handler(body) : { status: 404, body: 'no such endpoint' };
  }

  /** The store without ids of its own making and times of arrival: equal for two deliveries of the same run. */
  summary(): unknown {
    const nameOf = (id: string | undefined): string | undefined =>
      id === undefined ? id : this.runs.get(id)?.tags.get('ax_autolog.id');
    const runs = [...this.runs.values()].map((run) => ({
      ...run,
      id: nameOf(run.id),
      tags: Object.fromEntries(
        [...run.tags].map(([key, value]) => [key, key === 'mlflow.parentRunId' ? nameOf(value) : value]).sort(),
      ),
      params: Object.fromEntries([...run.params].sort()),
      points: [...run.points].sort(),
      artifacts: Object.fromEntries([...run.artifacts].sort()),
      inputs: [...run.inputs].sort(),
      outputs: run.outputs.length,
    }));
    return {
      runs: runs.sort((a, b) => String(a.id).localeCompare(String(b.id))),
      models: [...this.models.values()].map(({ status, tags }) => ({
        status,
        tags: Object.fromEntries([...tags].sort()),
      })),
      prompts: [...this.prompts].map(([name, { versions }]) => [
        name,
        versions.map((tags) => tags.get('mlflow.prompt.text')),
      ]),
      traces: this.tracing.summary(nameOf),
    };
  }

  readonly #handlers: Record<string, (body: Body) => Answer> = {
    'experiments/get-by-name': ({ experiment_name }) => {
      const id = this.experiments.get(String(experiment_name));
      if (id === undefined) return missing('experiment');
      return ok({ experiment: { experiment_id: id, name: experiment_name, lifecycle_stage: 'active' } });
    },
    'experiments/get': ({ experiment_id }) => ok({ experiment: { experiment_id } }),
    'experiments/create': ({ name }) => {
      if (this.experiments.has(String(name))) return refused('RESOURCE_ALREADY_EXISTS');
      const id = String(this.experiments.size + 1);
      this.experiments.set(String(name), id);
      return ok({ experiment_id: id });
    },
    'runs/create': (body) => ok({ run: this.#show(this.#createRun(body)) }),
    'runs/get': ({ run_id }) => this.#withRun(run_id, (run) => ok({ run: this.#show(run) })),
    'runs/search': ({ filter }) => {
      const [, tag, value] = /^tags\.`(.+)` = '(.*)'$/.exec(String(filter)) ?? [];
      const found = [...this.runs.values()].filter((run) => run.tags.get(tag ?? '') === value);
      return ok(found.length > 0 ? { runs: found.map((run) => this.#show(run)) } : {});
    },
    'runs/update': (body) =>
      this.#withRun(body.run_id, (run) => {
        run.status = String(body.status ?? run.status);
        run.name = String(body.run_name ?? run.name);
        if (body.end_time !== undefined) run.endTime = body.end_time;
        return ok({});
      }),
    'runs/log-batch': (body) => this.#withRun(body.run_id, (run) => this.#logBatch(run, body)),
    'runs/log-inputs': (body) =>
      this.#withRun(body.run_id, (run) => {
        for (const input of body.datasets as Body[]) run.inputs.add(JSON.stringify(input));
        return ok({});
      }),
    'runs/outputs': (body) =>
      this.#withRun(body.run_id, (run) => {
        for (const { model_id } of body.models as { model_id: string }[]) run.outputs.push(model_id);
        return ok({});
      }),
    'logged-models': ({ source_run_id, tags }) => {
      const id = `m-${this.#ids++}`;
      this.models.set(id, { runId: String(source_run_id), tags: map(tags), status: 'PENDING' });
      return ok({ model: { info: { model_id: id, artifact_uri: `mlflow-artifacts:/1/${id}/artifacts` } } });
    },
    'logged-models/search': ({ filter }) => {
      const run = /'(.*)'/.exec(String(filter))?.[1];
      const found = [...this.models].filter(([, model]) => model.runId === run);
      const shown = found.map(([id, { tags }]) => ({
        info: { model_id: id, artifact_uri: `mlflow-artifacts:/1/${id}/artifacts`, tags: pairsOf(tags) },
      }));
      return ok({ models: shown });
    },
    'registered-models/get': ({ name }) => {
      const prompt = this.prompts.get(String(name));
      return prompt ? ok({ registered_model: { name, tags: pairsOf(prompt.tags) } }) : missing('model');
    },
    'registered-models/create': ({ name, tags }) => {
      if (this.prompts.has(String(name))) return refused('RESOURCE_ALREADY_EXISTS');
      this.prompts.set(String(name), { tags: map(tags), versions: [] });
      return ok({});
    },
    'registered-models/set-tag': ({ name, key, value }) => {
      this.prompts.get(String(name))?.tags.set(String(key), String(value));
      return ok({});
    },
    'model-versions/create': ({ name, tags }) => {
      const versions = this.prompts.get(String(name))?.versions;
      if (!versions) return missing('model');
      return ok({ model_version: { version: String(versions.push(map(tags))) } });
    },
    'model-versions/search': ({ filter }) => {
      const [, name, tag, value] = /^name='(.+)' and .* and tags\.`(.+)` = '(.*)'$/.exec(String(filter)) ?? [];
      const versions = this.prompts.get(name ?? '')?.versions ?? [];
      const found = versions.flatMap((tags, at) =>
        tags.get(tag ?? '') === value ? [{ version: String(at + 1) }] : [],
      );
      return ok({ model_versions: found });
    },
  };

  #createRun({ experiment_id, run_name, start_time, tags }: Body): StoredRun {
    const run: StoredRun = {
      id: (this.#ids++).toString(16).padStart(32, '0'),
      experimentId: String(experiment_id),
      name: String(run_name),
      status: 'RUNNING',
      startTime: start_time,
      tags: map(tags),
      params: new Map(),
      points: new Set(),
      artifacts: new Map(),
      inputs: new Set(),
      outputs: [],
    };
    this.runs.set(run.id, run);
    return run;
  }

  #logBatch(run: StoredRun, { params = [], metrics = [], tags = [] }: Body): Answer {
    const all = { params: params as Pair[], metrics: metrics as Record<string, unknown>[], tags: tags as Pair[] };
    const sizes = [all.params.length, all.tags.length, all.metrics.length] as const;
    if (sizes[0] > 100 || sizes[1] > 100 || sizes[2] > 1_000 || sizes[0] + sizes[1] + sizes[2] > 1_000)
      return refused('TOO_MANY');
    if (new Set(all.params.map(({ key }) => key)).size < sizes[0])
      return refused('INVALID_PARAMETER_VALUE', 'duplicate');
    for (const { key } of [...all.params, ...all.tags, ...all.metrics]) {
      if (!NAME.test(String(key)) || String(key).length > 250) return refused('INVALID_PARAMETER_VALUE', `name ${key}`);
    }
    for (const { key, value } of all.params) {
      const known = run.params.get(key);
      if (known !== undefined && known !== value) return refused('INVALID_PARAMETER_VALUE', 'changing params');
    }
    for (const { key, value } of all.params) run.params.set(key, value);
    for (const { key, value } of all.tags) run.tags.set(key, value);
    for (const { key, step, timestamp, value } of all.metrics) run.points.add(`${key} ${step} ${timestamp} ${value}`);
    return ok({});
  }

  #putArtifact(owner: string, path: string, content: string): Answer {
    this.runs.get(owner)?.artifacts.set(path, content);
    return ok({});
  }

  #patchModel(id: string, { status, tags }: Body): Answer {
    const model = this.models.get(id);
    if (!model) return missing('model');
    if (status !== undefined) model.status = String(status);
    for (const { key, value } of (tags ?? []) as Pair[]) model.tags.set(key, value);
    return ok({});
  }

  #withRun(id: unknown, action: (run: StoredRun) => Answer): Answer {
    const run = this.runs.get(String(id));
    return run ? action(run) : missing('run');
  }

  #show(run: StoredRun): unknown {
    const metrics = [...run.points].map((point) => {
      const [key, step, timestamp, value] = point.split(' ');
      return { key, step: Number(step), timestamp: Number(timestamp), value: Number(value) };
    });
    const artifactUri = `mlflow-artifacts:/${run.experimentId}/${run.id}/artifacts`;
    const info = {
      run_id: run.id,
      experiment_id: run.experimentId,
      status: run.status,
      artifact_uri: artifactUri,
      lifecycle_stage: 'active',
    };
    const outputs = { model_outputs: run.outputs.map((model_id) => ({ model_id })) };
    return { info, data: { tags: pairsOf(run.tags), params: pairsOf(run.params), metrics }, outputs };
  }
}

function map(pairs: unknown): Map<string, string> {
  return new Map(((pairs ?? []) as Pair[]).map(({ key, value }) => [key, value]));
}

function pairsOf(entries: ReadonlyMap<string, string>): readonly Pair[] {
  return [...entries].map(([key, value]) => ({ key, value }));
}

function ok(body: unknown): Answer {
  return { status: 200, body };
}

function missing(what: string): Answer {
  return { status: 404, body: { error_code: 'RESOURCE_DOES_NOT_EXIST', message: `no such ${what}` } };
}

function refused(code: string, message = 'refused'): Answer {
  return { status: 400, body: { error_code: code, message } };
}
