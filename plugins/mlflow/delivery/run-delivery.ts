import type { AnyEvent, BatchContext } from 'ax-autolog/sink';
import { RunMapper } from '../mapping/mapper.js';
import type { Numbering } from '../mapping/numbering.js';
import { ROOT, type Write } from '../mapping/writes.js';
import { findSharedRun } from './find-run.js';
import { RunWriter } from './run-writer.js';
import type { MlflowServer } from './server.js';
import { claimNumber, joinRun } from './shared-run.js';
import { DeliveryState } from './state.js';

/** What a delivery needs to know of the others. */
export interface DeliverySurroundings {
  readonly server: MlflowServer;
  /** MLflow's id of another run of ours, which is made if it is not there yet. */
  readonly outer: (runId: string, context: BatchContext) => Promise<string | null>;
}

/** What one process wrote of the run. */
interface Segment {
  readonly mapper: RunMapper;
  /** Whether this process wrote it. */
  readonly isOwn: boolean;
  /** Batches handed out since the oldest that is held back: number, and position of this segment's first event in it. */
  batches: readonly { readonly batch: number; readonly seq: number }[];
}

/** Brings one run to the server, event by event, wherever an earlier process or attempt left off. */
export class RunDelivery {
  readonly #surroundings: DeliverySurroundings;
  /** Of the batch that came first. */
  readonly #context: BatchContext;
  readonly #first: AnyEvent | undefined;
  readonly #state: DeliveryState;
  readonly #segments = new Map<string, Segment>();
  #writer: RunWriter | null = null;

  constructor(context: BatchContext, first: AnyEvent | undefined, surroundings: DeliverySurroundings) {
    this.#context = context;
    this.#first = first;
    this.#surroundings = surroundings;
    this.#state = new DeliveryState(context.stateFile('.mlflow.jsonl'));
  }

  /** Id of the run on the server, as far as it is known. */
  get serverId(): string | undefined {
    return this.#state.runs.get(ROOT)?.id;
  }

  get hasJournal(): boolean {
    return this.#context.runDir !== null;
  }

  /** Takes an event that was delivered before: what it leads to is remembered, not written. */
  async recall(event: AnyEvent): Promise<void> {
    const writer = await this.#ready();
    const segment = this.#segmentOf(event);
    if (event.type === 'onTraceEnd' && !segment.mapper.waitsFor(event)) return;
    writer.recall(segment.mapper.begin(event));
    await this.#number(event, writer);
    writer.recall(this.#take(segment, event));
  }

  /** Takes an event of a batch. */
  async take(event: AnyEvent, { batch }: BatchContext): Promise<void> {
    const writer = await this.#ready();
    const segment = this.#segmentOf(event);
    note(segment, event, batch);
    writer.add(segment.mapper.begin(event));
    await this.#number(event, writer);
    writer.add(this.#take(segment, event));
  }

  /** Writes what the events taken so far lead to. What was not written when it rejects is written the next time. */
  async write(context: BatchContext): Promise<void> {
    const writer = await this.#ready();
    this.#hold(writer, context);
    await writer.write(context.progress);
  }

  /** Writes what an earlier batch left, and what waits for events that have not come. */
  async flush(): Promise<void> {
    if (!this.#writer) return;
    for (const { mapper } of this.#segments.values()) this.#writer.add(mapper.writeWaiting());
    await this.#writer.write();
  }

  close(): void {
    this.#state.close();
  }

  /**
   * What waits for events of this process is held back: should it die, the next one gets it again. Nobody knows whether
   * another process is alive that could still tell more, so what waits for that is written as far as it is known.
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
    const { server, outer } = this.#surroundings;
    const [context, first, state] = [this.#context, this.#first, this.#state];
    const experimentId = await server.experimentId();
    const isBeginning = first?.type === 'onRunStart' && first.seq === 0 && context.isOwn(first);
    const lostKnowledge = this.hasJournal && !state.isOpened && !isBeginning;
    // Where knowledge was lost, only after the server was searched: see RunWriter.
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

  /** Finds the run that this one goes on with, if it is to go on with one. */
  async #join(): Promise<void> {
    const { server, outer } = this.#surroundings;
    const [context, state] = [this.#context, this.#state];
    if (state.runs.has(ROOT)) return;
    const start = this.#start();
    // Calls of programs outside of every run stay outside.
    if (start?.data.kind === 'predictions') return;
    const wanted = start?.data.externalRunId ?? (start?.parentRunId === undefined ? server.options.runId : undefined);
    if (wanted === undefined) return;
    const shared = await findSharedRun(server, wanted, (runId) => outer(runId, context));
    if (!shared) {
      const text = `run ${wanted}, which ${context.runId} was to go on with, is not on the server; it gets a run of its own`;
      server.options.warn('AXL_MLFLOW_REFUSED', text);
      return;
    }
    state.add({ fact: 'shared', ...(await joinRun(server.client, shared, context.runId)) });
    state.add({ fact: 'run', run: ROOT, id: shared.runId, artifactUri: shared.artifactUri });
    if (shared.status !== 'RUNNING') await server.client.updateRun(shared.runId, { status: 'RUNNING' });
  }

  /** How the run began, as far as the batch or its journal has it. */
  #start() {
    const begun = [this.#first, ...(this.#context.beginningOf(this.#context.runId)?.events ?? [])];
    return begun.find((event) => event?.type === 'onRunStart');
  }

  #segmentOf(event: AnyEvent): Segment {
    const known = this.#segments.get(event.writer);
    if (known) return known;
    const mapper = new RunMapper(this.#surroundings.server.options.mapping, this.#numbering());
    const made = { mapper, isOwn: this.#context.isOwn(event), batches: [] };
    this.#segments.set(event.writer, made);
    return made;
  }

  /** An event that is not of its form, such as one that a redaction function emptied, must not hold up the rest. */
  #take({ mapper }: Segment, event: AnyEvent): readonly Write[] {
    try {
      return mapper.take(event);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const text = `${event.type} ${event.seq} of ${event.runId} is not of its form and is left out: ${why}`;
      this.#surroundings.server.options.warn('AXL_MLFLOW_REFUSED', text);
      return [];
    }
  }

  /** Claims a number for what others that write to the same run may have, too. */
  async #number(event: AnyEvent, writer: RunWriter): Promise<void> {
    if (event.type !== 'onCompileStart' && event.type !== 'onEvalStart') return;
    if (!Number.isInteger(event.data.index)) return;
    const kind = event.type === 'onCompileStart' ? 'compile' : 'eval';
    const id = (kind === 'compile' ? event.compileId : event.evalId) ?? `${kind} ${event.data.index}`;
    const state = this.#state;
    const first = Math.max(event.data.index, state.shared?.firstNumber ?? 0);
    if (state.claims.has(id) || (first === 0 && !state.shared)) return;
    // The run has to be there before a number of it can be claimed.
    await writer.write();
    const { id: runId } = await writer.root();
    const number = await claimNumber(this.#surroundings.server.client, runId, kind, id, first);
    state.add({ fact: 'claim', id, number });
  }

  #numbering(): Numbering {
    const { shared } = this.#state;
    return {
      compile: (id, index) => this.#state.claims.get(id) ?? index,
      evaluation: (id, index) => this.#state.claims.get(id) ?? index,
      offset: (key) => shared?.offsets[key] ?? 0,
      tables: shared?.tables ?? [],
      isShared: shared !== null,
    };
  }
}

/** Notes where a batch begins in its segment. */
function note(segment: Segment, { seq }: AnyEvent, batch: number | undefined): void {
  if (batch === undefined || segment.batches.at(-1)?.batch === batch) return;
  segment.batches = [...segment.batches, { batch, seq }];
}
