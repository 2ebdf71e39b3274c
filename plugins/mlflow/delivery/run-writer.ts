import { AutologError } from 'ax-autolog/sink';
import { halves, sizeOf, splitBatches } from '../client/batches.js';
import { isMissing, isRefusal } from '../client/errors.js';
import type { KeyValue, RunData } from '../client/types.js';
import { MAX_TAG_CHARS, MAX_TAGS } from '../limits.js';
import { type OpenWrite, ROOT, type RunWrite, TAG, type Write } from '../mapping/writes.js';
import { asking } from './asking.js';
import { writeModel } from './model-writer.js';
import { planOf, type RunPlan } from './plan.js';
import { Refusals } from './refusals.js';
import type { MlflowServer } from './server.js';
import { joinedList, LIST_TAGS } from './shared-run.js';
import type { DeliveryState, KnownRun } from './state.js';
import { TraceWriter } from './trace-writer.js';

/** Parts of one batch that are tried alone, after which the rest of it counts as refused. */
const MAX_PROBES = 64;

/** The run that is written, and where its knowledge is. */
export interface RunWriterOptions {
  readonly server: MlflowServer;
  readonly state: DeliveryState;
  readonly experimentId: string;
  /** Our id of the run. */
  readonly runId: string;
  /** MLflow's id of the run in which this one is nested; `null` where there is none. */
  readonly outer: (runId: string) => Promise<string | null>;
  /** True when earlier deliveries may have made runs of which nothing is known here. */
  readonly lostKnowledge: boolean;
}

/**
 * Carries out writes, each as often as needed and no more: what the server takes twice without a trace is simply sent
 * again; runs, LoggedModels and their outputs are noted before they are asked for, and looked for when no answer came.
 * What the server refuses for good is reported and left out.
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

  /** Notes how runs are opened, without writing: for what was delivered before. */
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
   * Writes all that was added. What was not written when it rejects is written by the next call.
   *
   * @param progress Hears that it is getting on
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

  /** The run itself on the server. */
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
    // MLflow has the name already when it was known at the start; saying it again does no harm.
    const update = { status, endTime: time, ...(name === undefined ? {} : { name }) };
    await this.#refusals.unlessRefused(plan.run, 'end', () => client.updateRun(id, update));
  }

  /** The run on the server: known, found, or made now. */
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
    if (!open) throw new AutologError('AXL_INTERNAL', `nothing is known of how ${run} began`);
    const tags = new Map(this.#firstTags(open));
    const parent = await this.#parentOf(open);
    if (parent !== null) tags.set('mlflow.parentRunId', parent);
    const { name, time: startTime } = open;
    const made = await asking(state, `run ${run}`, () =>
      server.client.createRun({ experimentId, name, startTime, tags }),
    );
    state.add({ fact: 'run', run, id: made.runId, artifactUri: made.artifactUri });
    return { id: made.runId, artifactUri: made.artifactUri };
  }

  async #parentOf({ parent }: OpenWrite): Promise<string | null> {
    if (parent === undefined) return null;
    return parent === ROOT ? (await this.root()).id : this.#options.outer(parent);
  }

  /** Tags that go with the create: one place is left for the parent. */
  #firstTags(open: OpenWrite): readonly (readonly [string, string])[] {
    return Object.entries(open.tags).slice(0, MAX_TAGS - 1);
  }

  #lateTags({ open }: RunPlan): readonly (readonly [string, string])[] {
    return open ? Object.entries(open.tags).slice(MAX_TAGS - 1) : [];
  }

  /** After knowledge was lost: one search for everything that earlier deliveries made. */
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
        const version = await server.promptBook.register(prompt, experimentId);
        const isKnown = linked.some((known) => known.name === version.name && known.version === version.version);
        if (!isKnown) linked.push(version);
      });
    }
    if (linked.length === state.prompts.length) return;
    state.add({ fact: 'prompt', prompts: linked });
    plan.tags.set('mlflow.linkedPrompts', linkedTag(linked));
  }

  /** Others may have added to the lists of a run since they were read; what they added stays. */
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

/** MLflow reads the whole list from one tag; what does not fit is left out, the first and the last stay. */
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
