import { AutologError } from 'ax-autolog/sink';
import { halves, sizeOf, splitBatches } from '../client/batches.js';
import { isMissing, isRefusal } from '../client/errors.js';
import type { KeyValue, RunData } from '../client/types.js';
import { MAX_TAG_CHARS, MAX_TAGS } from '../limits.js';
import { type OpenWrite, ROOT, type RunWrite, TAG, type Write } from '../mapping/writes.js';
import { writeModel } from './model-writer.js';
import { planOf, type RunPlan } from './plan.js';
import { Refusals } from './refusals.js';
import { requestOnce } from './request-once.js';
import type { MlflowServer } from './server.js';
import { joinedList, LIST_TAGS } from './shared-run.js';
import type { DeliveryState, KnownRun } from './state.js';
import { TraceWriter } from './trace-writer.js';

/** Attempts to find the rejected entries of one batch. After that, the rest of the batch counts as rejected. */
const MAX_PROBES = 64;

/** Run to write, its server and its state. */
export interface RunWriterOptions {
  readonly server: MlflowServer;
  readonly state: DeliveryState;
  readonly experimentId: string;
  /** Our id of the run. */
  readonly runId: string;
  /** Returns MLflow's id of the run that this one is nested in; `null` if it cannot be found. */
  readonly outer: (runId: string) => Promise<string | null>;
  /** True if earlier deliveries may have created runs that the state does not list. */
  readonly lostKnowledge: boolean;
}

/**
 * Sends writes to the server without creating duplicates. Idempotent requests are simply repeated. Creating a run, a
 * LoggedModel or an output is not idempotent: it is recorded before the request, and searched for if no answer arrived. Data
 * that the server rejects permanently is reported and dropped.
 */
export class RunWriter {
  readonly #options: RunWriterOptions;
  #opens = new Map<string, OpenWrite>();
  #pending: readonly RunWrite[] = [];
  #mustLook: boolean;
  readonly #refusals: Refusals;
  readonly #traces: TraceWriter;

  constructor(options: RunWriterOptions) {
    this.#options = options;
    this.#mustLook = options.lostKnowledge;
    this.#refusals = new Refusals(options);
    this.#traces = new TraceWriter({ ...options, refusals: this.#refusals, runOf: (run) => this.#run(run) });
  }

  /** Records how runs were opened by writes that were delivered before. */
  recall(writes: readonly Write[]): void {
    for (const write of writes) {
      if (write.op === 'open') this.#opens.set(write.run, write);
      if (write.op === 'close') this.#opens.delete(write.run);
    }
  }

  add(writes: readonly Write[]): void {
    const forRuns: RunWrite[] = [];
    for (const write of writes) {
      if (write.op === 'open') this.#opens.set(write.run, write);
      if (write.op === 'trace') this.#traces.add(write);
      else forRuns.push(write);
    }
    this.#pending = [...this.#pending, ...forRuns];
  }

  /**
   * Sends all added writes. If it rejects, the next call sends the rest.
   *
   * @param progress Called after each run that was written
   */
  async write(progress: () => void = () => undefined): Promise<void> {
    const plans = planOf(this.#pending);
    if (plans.length > 0) await this.root();
    for (const plan of plans) {
      await this.#carryOut(plan);
      this.#pending = this.#pending.filter(({ run }) => run !== plan.run);
      if (plan.close) this.#opens.delete(plan.run);
      progress();
    }
    await this.#traces.write(progress);
  }

  /** Returns the run itself on the server. */
  root(): Promise<KnownRun> {
    return this.#run(ROOT);
  }

  async #carryOut(plan: RunPlan): Promise<void> {
    const { client } = this.#options.server;
    const { id, artifactUri } = await this.#run(plan.run);
    for (const { path, content, encoding } of plan.artifacts.values()) {
      const bytes = Buffer.from(content, encoding);
      await this.#refusals.unlessRefused(plan.run, `artifact ${path}`, () =>
        client.putArtifact(artifactUri, path, bytes),
      );
    }
    for (const model of plan.models)
      await this.#refusals.unlessRefused(plan.run, 'LoggedModel', () => writeModel(this.#options, id, model));
    if (plan.inputs.length > 0) {
      await this.#refusals.unlessRefused(plan.run, 'dataset inputs', () => client.logInputs(id, plan.inputs));
    }
    await this.#prompts(plan);
    await this.#joinLists(plan, id);
    const tags = [...this.#lateTags(plan), ...plan.tags].map(([key, value]): KeyValue => ({ key, value }));
    await this.#log(plan.run, id, { params: plan.params, metrics: plan.metrics, tags });
    const { close } = plan;
    if (!close) return;
    const { status, time, name } = close;
    // If the name was known at the start, MLflow already has it; setting it again changes nothing.
    const update = { status, endTime: time, ...(name === undefined ? {} : { name }) };
    await this.#refusals.unlessRefused(plan.run, 'end', () => client.updateRun(id, update));
  }

  /** Returns the run on the server: from the state, found by a search, or created now. */
  async #run(run: string): Promise<KnownRun> {
    const { state } = this.#options;
    const known = state.runs.get(run);
    if (known) return known;
    await this.#lookForAll();
    const found = state.runs.get(run) ?? (state.asked.has(`run ${run}`) ? await this.#lookFor(run) : null);
    return found ?? (await this.#make(run));
  }

  async #make(run: string): Promise<KnownRun> {
    const { server, state, experimentId } = this.#options;
    const open = this.#opens.get(run);
    if (!open) throw new AutologError('AXL_INTERNAL', `the start of ${run} is missing`);
    const tags = new Map(this.#firstTags(open));
    const parent = await this.#parentOf(open);
    if (parent !== null) tags.set('mlflow.parentRunId', parent);
    const { name, time: startTime } = open;
    const made = await requestOnce(state, `run ${run}`, () =>
      server.client.createRun({ experimentId, name, startTime, tags }),
    );
    state.add({ fact: 'run', run, id: made.runId, artifactUri: made.artifactUri });
    return { id: made.runId, artifactUri: made.artifactUri };
  }

  async #parentOf({ parent }: OpenWrite): Promise<string | null> {
    if (parent === undefined) return null;
    return parent === ROOT ? (await this.root()).id : this.#options.outer(parent);
  }

  /** Returns the tags of the create request, leaving one place for the parent's tag. */
  #firstTags(open: OpenWrite): readonly (readonly [string, string])[] {
    return Object.entries(open.tags).slice(0, MAX_TAGS - 1);
  }

  #lateTags({ open }: RunPlan): readonly (readonly [string, string])[] {
    return open ? Object.entries(open.tags).slice(MAX_TAGS - 1) : [];
  }

  /** Searches once, if the state was lost, for all runs that earlier deliveries created. */
  async #lookForAll(): Promise<void> {
    if (!this.#mustLook) return;
    const { server, state, experimentId, runId } = this.#options;
    for (const run of await server.client.runsTagged([experimentId], `${TAG}run`, runId)) {
      const ours = run.tags.get(`${TAG}id`);
      const name = ours === runId ? ROOT : ours;
      if (name === undefined || state.runs.has(name)) continue;
      state.add({ fact: 'run', run: name, id: run.runId, artifactUri: run.artifactUri });
    }
    this.#mustLook = false;
    state.add({ fact: 'opened' });
  }

  async #lookFor(run: string): Promise<KnownRun | null> {
    const { server, state, experimentId, runId } = this.#options;
    const id = run === ROOT ? runId : run;
    const [found] = await server.client.runsTagged([experimentId], `${TAG}id`, id);
    if (!found) return null;
    state.add({ fact: 'run', run, id: found.runId, artifactUri: found.artifactUri });
    return { id: found.runId, artifactUri: found.artifactUri };
  }

  async #prompts(plan: RunPlan): Promise<void> {
    const { server, state, experimentId } = this.#options;
    const linked = [...state.prompts];
    for (const prompt of plan.prompts) {
      await this.#refusals.unlessRefused(plan.run, `prompt ${prompt.component}`, async () => {
        const version = await server.promptRegistry.register(prompt, experimentId);
        const isKnown = linked.some((known) => known.name === version.name && known.version === version.version);
        if (!isKnown) linked.push(version);
      });
    }
    if (linked.length === state.prompts.length) return;
    state.add({ fact: 'prompt', prompts: linked });
    plan.tags.set('mlflow.linkedPrompts', linkedTag(linked));
  }

  /** Merges list tags with those on the server, because other writers may have added entries since. */
  async #joinLists({ run, open, tags }: RunPlan, id: string): Promise<void> {
    const lists = LIST_TAGS.filter((name) => tags.has(name));
    if (run !== ROOT || lists.length === 0 || (open && !this.#options.state.shared)) return;
    const there = (await this.#options.server.client.getRun(id))?.tags;
    for (const name of lists) {
      const joined = joinedList(there?.get(name), tags.get(name) ?? '[]');
      if (joined.length <= MAX_TAG_CHARS) tags.set(name, joined);
    }
  }

  async #log(run: string, id: string, data: RunData): Promise<void> {
    let probes = 0;
    const send = async (batch: RunData): Promise<void> => {
      try {
        await this.#options.server.client.logBatch(id, batch);
      } catch (error) {
        if (!isRefusal(error)) throw error;
        probes += 1;
        if (sizeOf(batch) === 1 || isMissing(error) || probes > MAX_PROBES) {
          return this.#refusals.refused(run, namesIn(batch), error);
        }
        for (const half of halves(batch)) await send(half);
      }
    };
    for (const batch of splitBatches(data)) await send(batch);
  }
}

/** Returns the tag that lists linked prompts. If the list is too long, entries in the middle are dropped. */
function linkedTag(linked: readonly { readonly name: string; readonly version: string }[]): string {
  const kept = linked.map(({ name, version }) => ({ name, version }));
  while (kept.length > 2 && JSON.stringify(kept).length > MAX_TAG_CHARS) kept.splice(Math.floor(kept.length / 2), 1);
  return JSON.stringify(kept);
}

function namesIn({ params, metrics, tags }: RunData): string {
  const names = [
    ...params.map(({ key }) => `param ${key}`),
    ...tags.map(({ key }) => `tag ${key}`),
    ...metrics.map(({ key, step }) => `metric ${key} at step ${step}`),
  ];
  return names.length <= 3 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;
}
