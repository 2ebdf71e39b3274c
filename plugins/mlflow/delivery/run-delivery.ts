import type { AnyEvent } from '../../../lib/contract/events.js';
import type { BatchContext } from '../../../lib/contract/sink.js';
import { listSegments, stateFiles } from '../../../lib/journal/layout.js';
import { readRun } from '../../../lib/journal/reader.js';
import { WRITER } from '../../../lib/support/ids.js';
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
  /** Names the sink and its server: knowledge is kept for each. */
  readonly target: string;
  /** MLflow's id of another run of ours, which is made if it is not there yet. */
  readonly outer: (runId: string, journalDir: string | null) => Promise<string | null>;
}

interface Segment {
  readonly mapper: RunMapper;
  /** Position of the next event that was not taken. */
  next: number;
  /** Batches handed out since the oldest that is held back: number, and position of this segment's first event in it. */
  batches: readonly { readonly batch: number; readonly seq: number }[];
}

/** Brings one run to the server, batch by batch, wherever an earlier process or attempt left off. */
export class RunDelivery {
  readonly #surroundings: DeliverySurroundings;
  readonly #runId: string;
  #state: DeliveryState | null = null;
  #writer: RunWriter | null = null;
  #segments = new Map<string, Segment>();
  #turn: Promise<unknown> = Promise.resolve();
  #hasJournal = false;
  /** True when the run has ended and all of it is written. */
  isOver = false;

  constructor(runId: string, surroundings: DeliverySurroundings) {
    this.#runId = runId;
    this.#surroundings = surroundings;
  }

  /** Id of the run on the server, as far as it is known. */
  get serverId(): string | undefined {
    return this.#state?.runs.get(ROOT)?.id;
  }

  /** Takes and writes a batch. Events that were taken before are not taken again; what was not written then is. */
  write(events: readonly AnyEvent[], context: BatchContext): Promise<void> {
    this.#hasJournal = context.runDir !== null;
    const result = this.#turn.then(() => this.#write(events, context));
    this.#turn = result.catch(() => undefined);
    return result;
  }

  /** Writes what an earlier batch left. With a journal that batch comes again by itself. */
  flush(): Promise<void> {
    if (this.#hasJournal) return Promise.resolve();
    const result = this.#turn.then(() => {
      for (const { mapper } of this.#segments.values()) this.#writer?.add(mapper.writeWaiting());
      return this.#writer?.write();
    });
    this.#turn = result.catch(() => undefined);
    return result;
  }

  close(): void {
    this.#state?.close();
  }

  async #write(events: readonly AnyEvent[], context: BatchContext): Promise<void> {
    const [first] = events;
    if (!first) return;
    if (context.runDir !== null) this.#forgetIfOvertaken(events);
    const writer = await this.#ready(first, context);
    for (const event of events) {
      const segment = this.#segments.get(event.writer) ?? (await this.#rebuild(event, context));
      if (event.seq < segment.next) continue;
      note(segment, event, context.batch);
      writer.add(segment.mapper.begin(event));
      await this.#number(event);
      writer.add(this.#take(segment, event));
      segment.next = event.seq + 1;
      if (event.type === 'onRunEnd') this.isOver = true;
    }
    this.#hold(writer, context);
    await writer.write(context.progress);
  }

  /**
   * What waits for events of this process is held back: should it die, the next one gets it again. Nobody knows whether
   * another process is alive that could still tell more, so what waits for that is written as far as it is known.
   */
  #hold(writer: RunWriter, { runDir, batch, hold }: BatchContext): void {
    const own = this.#segments.get(WRITER);
    for (const segment of this.#segments.values()) {
      if (segment !== own || (runDir !== null && hold === undefined)) writer.add(segment.mapper.writeWaiting());
    }
    const oldest = own?.mapper.oldestWaiting ?? null;
    if (!own || oldest === null || batch === undefined) return;
    const from = own.batches.findLastIndex(({ seq }) => seq <= oldest);
    own.batches = own.batches.slice(Math.max(0, from));
    hold?.(own.batches[0]?.batch ?? batch);
  }

  /** Another process may have fed the run since: what is known here is out of date then. */
  #forgetIfOvertaken(events: readonly AnyEvent[]): void {
    const seen = new Set<string>();
    for (const { writer, seq } of events) {
      if (seen.has(writer)) continue;
      seen.add(writer);
      const next = this.#segments.get(writer)?.next;
      if (next === undefined || seq <= next) continue;
      this.#segments = new Map();
      this.#writer = null;
      this.#state?.close();
      this.#state = null;
      return;
    }
  }

  async #ready(first: AnyEvent, { runDir }: BatchContext): Promise<RunWriter> {
    if (this.#writer) return this.#writer;
    const { server, target, outer } = this.#surroundings;
    const experimentId = await server.experimentId();
    const file = runDir === null ? null : stateFiles(runDir, target).position.replace(/\.json$/, '.mlflow.jsonl');
    this.#state ??= new DeliveryState(file);
    const isBeginning = first.type === 'onRunStart' && first.seq === 0 && first.writer === WRITER;
    const lostKnowledge = runDir !== null && !this.#state.existed && !isBeginning;
    if (!this.#state.existed) this.#state.add({ fact: 'opened' });
    const state = this.#state;
    await this.#join(first, runDir, state);
    this.#writer = new RunWriter({
      server,
      state,
      experimentId,
      runId: this.#runId,
      outer: (runId) => outer(runId, runDir),
      lostKnowledge,
    });
    return this.#writer;
  }

  /** Finds the run that this one goes on with, if it is to go on with one. */
  async #join(first: AnyEvent, runDir: string | null, state: DeliveryState): Promise<void> {
    const { server, outer } = this.#surroundings;
    if (state.runs.has(ROOT)) return;
    const start = first.type === 'onRunStart' ? first : beginning(runDir, first.runId);
    // Calls of programs outside of every run stay outside.
    if (start?.data.kind === 'predictions') return;
    const wanted = start?.data.externalRunId ?? (start?.parentRunId === undefined ? server.options.runId : undefined);
    if (wanted === undefined) return;
    const shared = await findSharedRun(server, wanted, (runId) => outer(runId, runDir));
    if (!shared) {
      const text = `run ${wanted}, which ${first.runId} was to go on with, is not on the server; it gets a run of its own`;
      server.options.warn('AXL_MLFLOW_REFUSED', text);
      return;
    }
    state.add({ fact: 'shared', ...(await joinRun(server.client, shared, this.#runId)) });
    state.add({ fact: 'run', run: ROOT, id: shared.runId, artifactUri: shared.artifactUri });
    if (shared.status !== 'RUNNING') await server.client.updateRun(shared.runId, { status: 'RUNNING' });
  }

  /** A process that carries on knows nothing of the events that were delivered before; the journal does. */
  async #rebuild(next: AnyEvent, { runDir }: BatchContext): Promise<Segment> {
    const mapper = new RunMapper(this.#surroundings.server.options.mapping, this.#numbering());
    const segment: Segment = { mapper, next: 0, batches: [] };
    if (runDir !== null && next.seq > 0 && listSegments(runDir).length > 0) {
      for (const event of readRun(runDir)) {
        if (event.runId !== next.runId || event.writer !== next.writer || event.seq >= next.seq) continue;
        if (event.type === 'onTraceEnd' && !mapper.waitsFor(event)) continue;
        this.#writer?.recall(segment.mapper.begin(event));
        await this.#number(event);
        this.#writer?.recall(this.#take(segment, event));
      }
    }
    segment.next = next.seq;
    this.#segments.set(next.writer, segment);
    return segment;
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
  async #number(event: AnyEvent): Promise<void> {
    if (event.type !== 'onCompileStart' && event.type !== 'onEvalStart') return;
    if (!Number.isInteger(event.data.index)) return;
    const kind = event.type === 'onCompileStart' ? 'compile' : 'eval';
    const id = (kind === 'compile' ? event.compileId : event.evalId) ?? `${kind} ${event.data.index}`;
    const state = this.#state;
    const first = Math.max(event.data.index, state?.shared?.firstNumber ?? 0);
    if (!state || !this.#writer || state.claims.has(id) || (first === 0 && !state.shared)) return;
    // The run has to be there before a number of it can be claimed.
    await this.#writer.write();
    const { id: runId } = await this.#writer.root();
    const number = await claimNumber(this.#surroundings.server.client, runId, kind, id, first);
    state.add({ fact: 'claim', id, number });
  }

  #numbering(): Numbering {
    const shared = this.#state?.shared ?? null;
    const numberOf = (id: string, index: number): number => this.#state?.claims.get(id) ?? index;
    return {
      compile: numberOf,
      evaluation: numberOf,
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

/** How the run began, where its journal says so. */
function beginning(runDir: string | null, runId: string) {
  if (runDir === null || listSegments(runDir).length === 0) return undefined;
  for (const event of readRun(runDir)) if (event.runId === runId && event.type === 'onRunStart') return event;
  return undefined;
}
