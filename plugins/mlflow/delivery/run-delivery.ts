import type { AnyEvent, BatchContext } from 'ax-autolog/sink';
import { RunMapper } from '../mapping/mapper.js';
import type { Numbering } from '../mapping/numbering.js';
import { ROOT, type Write } from '../mapping/writes.js';
import { findSharedRun } from './find-run.js';
import { RunWriter } from './run-writer.js';
import type { MlflowServer } from './server.js';
import { claimNumber, joinRun } from './shared-run.js';
import { DeliveryState } from './state.js';

/** Server of a delivery, and access to other runs. */
export interface RunDeliveryOptions {
  readonly server: MlflowServer;
  /** Returns MLflow's id of another run that ax-autolog tracks. Creates the run if it does not exist yet. */
  readonly outer: (runId: string, context: BatchContext) => Promise<string | null>;
}

/** Part of the run that one process wrote. */
interface Segment {
  readonly mapper: RunMapper;
  /** Whether this process wrote it. */
  readonly isOwn: boolean;
  /** Batches since the oldest one that is held: its number, and the position of this segment's first event in it. */
  batches: readonly { readonly batch: number; readonly seq: number }[];
}

/** Writes one run to the server, event by event, and resumes where an earlier process or attempt stopped. */
export class RunDelivery {
  readonly #options: RunDeliveryOptions;
  /** Context of the first batch. */
  readonly #context: BatchContext;
  readonly #first: AnyEvent | undefined;
  readonly #state: DeliveryState;
  readonly #segments = new Map<string, Segment>();
  #writer: RunWriter | null = null;

  constructor(context: BatchContext, first: AnyEvent | undefined, options: RunDeliveryOptions) {
    this.#context = context;
    this.#first = first;
    this.#options = options;
    this.#state = new DeliveryState(context);
  }

  /** MLflow's id of the run; `undefined` until it is known. */
  get serverId(): string | undefined {
    return this.#state.runs.get(ROOT)?.id;
  }

  get hasJournal(): boolean {
    return this.#context.runDir !== null;
  }

  /** Takes an event that was delivered before: restores the state without writing. */
  async recall(event: AnyEvent): Promise<void> {
    const writer = await this.#ready();
    const segment = this.#segmentOf(event);
    if (event.type === 'onTraceEnd' && !segment.mapper.waitsFor(event)) return;
    writer.recall(segment.mapper.begin(event));
    await this.#number(event, writer);
    writer.recall(this.#take(segment, event));
  }

  /** Takes an event of the current batch. */
  async take(event: AnyEvent, { batch }: BatchContext): Promise<void> {
    const writer = await this.#ready();
    const segment = this.#segmentOf(event);
    note(segment, event, batch);
    writer.add(segment.mapper.begin(event));
    await this.#number(event, writer);
    writer.add(this.#take(segment, event));
  }

  /** Writes the results of the events taken so far. If it rejects, the next call writes the rest. */
  async write(context: BatchContext): Promise<void> {
    const writer = await this.#ready();
    this.#hold(writer, context);
    await writer.write(context.progress);
  }

  /** Writes the rest of earlier batches, and data that still waits for later events. */
  async flush(): Promise<void> {
    if (!this.#writer) return;
    for (const { mapper } of this.#segments.values()) this.#writer.add(mapper.writeWaiting());
    await this.#writer.write();
  }

  close(): void {
    this.#state.close();
  }

  /**
   * Holds batches whose data waits for later events of this process, so that they are delivered again if the process dies.
   * Another process may be dead, so data that waits for its events is written as it is.
   */
  #hold(writer: RunWriter, { runDir, batch, hold }: BatchContext): void {
    const segments = [...this.#segments.values()];
    for (const { mapper, isOwn } of segments) {
      if (!isOwn || (runDir !== null && hold === undefined)) writer.add(mapper.writeWaiting());
    }
    const own = segments.find(({ isOwn }) => isOwn);
    const oldest = own?.mapper.oldestWaiting ?? null;
    if (!own || oldest === null || batch === undefined) return;
    const from = own.batches.findLastIndex(({ seq }) => seq <= oldest);
    own.batches = own.batches.slice(Math.max(0, from));
    hold?.(own.batches[0]?.batch ?? batch);
  }

  async #ready(): Promise<RunWriter> {
    if (this.#writer) return this.#writer;
    const { server, outer } = this.#options;
    const [context, first, state] = [this.#context, this.#first, this.#state];
    const experimentId = await server.experimentId();
    const isBeginning = first?.type === 'onRunStart' && first.seq === 0 && context.isOwn(first);
    const lostKnowledge = this.hasJournal && !state.isOpened && !isBeginning;
    // If the state was lost, RunWriter records this after it has searched the server.
    if (!state.isOpened && !lostKnowledge) state.add({ fact: 'opened' });
    await this.#join();
    this.#writer = new RunWriter({
      server,
      state,
      experimentId,
      runId: context.runId,
      outer: (runId) => outer(runId, context),
      lostKnowledge,
    });
    return this.#writer;
  }

  /** Finds the MLflow run that this one continues, if it continues one. */
  async #join(): Promise<void> {
    const { server, outer } = this.#options;
    const [context, state] = [this.#context, this.#state];
    if (state.runs.has(ROOT)) return;
    const start = this.#start();
    // Program calls outside of every run belong to no MLflow run.
    if (start?.data.kind === 'predictions') return;
    const wanted = start?.data.externalRunId ?? (start?.parentRunId === undefined ? server.options.runId : undefined);
    if (wanted === undefined) return;
    const shared = await findSharedRun(server, wanted, (runId) => outer(runId, context));
    if (!shared) {
      const text = `run ${wanted}, which ${context.runId} should continue, is not on the server. A new run is created instead.`;
      server.options.warn('AXL_MLFLOW_REFUSED', text);
      return;
    }
    state.add({ fact: 'shared', ...(await joinRun(server.client, shared, context.runId)) });
    state.add({ fact: 'run', run: ROOT, id: shared.runId, artifactUri: shared.artifactUri });
    if (shared.status !== 'RUNNING') await server.client.updateRun(shared.runId, { status: 'RUNNING' });
  }

  /** Returns the run's first event, if the batch or its journal has it. */
  #start() {
    const begun = [this.#first, ...(this.#context.beginningOf(this.#context.runId)?.events ?? [])];
    return begun.find((event) => event?.type === 'onRunStart');
  }

  #segmentOf(event: AnyEvent): Segment {
    const known = this.#segments.get(event.writer);
    if (known) return known;
    const mapper = new RunMapper(this.#options.server.options.mapping, this.#numbering());
    const made = { mapper, isOwn: this.#context.isOwn(event), batches: [] };
    this.#segments.set(event.writer, made);
    return made;
  }

  /** Maps an event. A malformed event, such as one that a redaction function emptied, must not block the others. */
  #take({ mapper }: Segment, event: AnyEvent): readonly Write[] {
    try {
      return mapper.take(event);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const text = `${event.type} ${event.seq} of ${event.runId} is malformed and was dropped: ${why}`;
      this.#options.server.options.warn('AXL_MLFLOW_REFUSED', text);
      return [];
    }
  }

  /** Claims the number of a compile or evaluation, because other writers of the same MLflow run also number theirs. */
  async #number(event: AnyEvent, writer: RunWriter): Promise<void> {
    if (event.type !== 'onCompileStart' && event.type !== 'onEvalStart') return;
    if (!Number.isInteger(event.data.index)) return;
    const kind = event.type === 'onCompileStart' ? 'compile' : 'eval';
    const id = (kind === 'compile' ? event.compileId : event.evalId) ?? `${kind} ${event.data.index}`;
    const state = this.#state;
    const first = Math.max(event.data.index, state.shared?.firstNumber ?? 0);
    if (state.claims.has(id) || (first === 0 && !state.shared)) return;
    // A number can be claimed only if the run exists.
    await writer.write();
    const { id: runId } = await writer.root();
    const number = await claimNumber(this.#options.server.client, { runId, kind, id, first });
    state.add({ fact: 'claim', id, number });
  }

  #numbering(): Numbering {
    const { shared } = this.#state;
    return {
      compile: (id, index) => this.#state.claims.get(id) ?? index,
      evaluation: (id, index) => this.#state.claims.get(id) ?? index,
      offset: (key) => (shared && Object.hasOwn(shared.offsets, key) ? (shared.offsets[key] ?? 0) : 0),
      tables: shared?.tables ?? [],
      isShared: shared !== null,
    };
  }
}

/** Records where a batch begins in its segment. */
function note(segment: Segment, { seq }: AnyEvent, batch: number | undefined): void {
  if (batch === undefined || segment.batches.at(-1)?.batch === batch) return;
  segment.batches = [...segment.batches, { batch, seq }];
}
