import { join } from 'node:path';
import type { AnyEvent } from '../contract/events.js';
import { shared } from '../support/shared-state.js';
import { BlobStore } from './blobs.js';
import { encodeEvent, encodeWhole } from './encode.js';
import { runFolderOf, segmentOf } from './layout.js';
import { LineOutput } from './line-output.js';
import { type OnProblem, Problems } from './problems.js';
import { Segment } from './segment.js';
import { estimateBytes } from './size.js';
import { FlushTimer } from './timer.js';

/** How a {@link RunJournal} writes. */
export interface RunJournalOptions {
  /** The journal's folder. */
  readonly dir: string;
  /** Names the run's folder in it. */
  readonly runId: string;
  /** Names this process, and its segment if the run was opened by another. */
  readonly writer: string;
  /**
   * `process` (default): a durable event survives the death of the process. `fsync`: also a power loss; costs a flush
   * of the disk for each durable event.
   */
  readonly durability?: 'process' | 'fsync';
  /** Called once per code and cause of a problem; the journal goes on trying. */
  readonly onProblem: OnProblem;
  /** Runs after events were written: a reader finds them now. */
  readonly onFlush?: () => void;
}

/** Details are on disk this many milliseconds after they happened. */
const FLUSH_AFTER_MS = 20;
const RETRY_AFTER_MS = 1_000;
const MAX_PENDING_EVENTS = 256;
const MAX_PENDING_BYTES = 512 * 1024;
/** What a journal that cannot write keeps in memory; events beyond it are lost, counted and reported. */
const MEMORY_LIMIT = 64 * 1024 * 1024;
const CHUNK_CHARS = 1024 * 1024;

const soon = shared('journal timer', () => new FlushTimer(FLUSH_AFTER_MS));
const later = shared('journal retry timer', () => new FlushTimer(RETRY_AFTER_MS));

/** Writes out what every journal of this process holds. Synchronous, so that it can run when the process exits. */
export function flushAllJournals(): void {
  soon.flush();
  later.flush();
}

/**
 * The events of one run, as this process sees them, appended to its own segment of the run's journal.
 *
 * Nothing here throws to the caller but the constructor. What cannot be written (no space, no permission) is reported as
 * `AXL_JOURNAL_WRITE`, kept in memory up to 64 MB and tried again.
 */
export class RunJournal {
  /** Folder of the run. */
  readonly runDir: string;
  readonly #options: RunJournalOptions;
  readonly #segment: Segment;
  readonly #output: LineOutput;
  readonly #blobs: BlobStore;
  readonly #problems: Problems;
  #pending: AnyEvent[] = [];
  #pendingBytes = 0;
  #taken = 0;
  #lost = 0;
  #failing = false;
  #closed = false;
  #writing = false;

  /** @throws AutologError AXL_BAD_OPTIONS when the run id cannot name a folder */
  constructor(options: RunJournalOptions) {
    this.#options = options;
    this.runDir = runFolderOf(options.dir, options.runId);
    const sync = options.durability === 'fsync';
    this.#problems = new Problems(options.onProblem);
    this.#segment = new Segment(this.runDir, options.writer, sync);
    this.#output = new LineOutput(this.#segment);
    this.#blobs = new BlobStore(this.runDir, sync);
  }

  /** The file that this process writes; the file is made if it can be. */
  get path(): string {
    if (this.#segment.path === null) this.#guard(() => this.#segment.open());
    return this.#segment.path ?? join(this.runDir, segmentOf(this.#options.writer));
  }

  /** Bytes (estimated before they are serialized) that are not written yet. */
  get bytesPending(): number {
    return this.#pendingBytes + this.#output.unwritten;
  }

  /** Bytes (estimated) of all events so far. */
  get bytesTaken(): number {
    return this.#taken;
  }

  /** Events given up because the journal could not be written and memory was full. */
  get lost(): number {
    return this.#lost;
  }

  /**
   * Takes a frozen event. `durable`: it and all before it are written when this returns, unless the file cannot be
   * written; otherwise within 20 ms or so.
   */
  append(event: AnyEvent, durable: boolean): void {
    const bytes = estimateBytes(event);
    this.#taken += bytes;
    if (this.bytesPending + bytes > MEMORY_LIMIT && this.#pending.length > 0) this.flush();
    if (this.bytesPending > 0 && this.bytesPending + bytes > MEMORY_LIMIT) {
      this.#lose();
      return;
    }
    this.#pending.push(event);
    this.#pendingBytes += bytes;
    if (durable || (!this.#failing && this.#isFull())) this.flush(durable);
    else if (!this.#failing) soon.add(this);
  }

  /** Writes out everything; with `durable`, to the disk itself where the journal's durability is `fsync`. */
  flush(durable = false): void {
    // A problem reported while writing may append an event of its own.
    if (this.#writing) {
      soon.add(this);
      return;
    }
    soon.remove(this);
    later.remove(this);
    if (this.#pending.length === 0 && this.#output.unwritten === 0) return;
    this.#writing = true;
    const done = this.#guard(() => this.#write(durable));
    this.#writing = false;
    if (done) {
      if (this.#failing) this.#recovered();
      if (this.#closed) this.#segment.close();
      this.#notify();
    } else {
      this.#failing = true;
      this.#guard(() => this.#segment.close());
      later.add(this);
    }
  }

  /** Writes out everything and lets go of the file. An event that comes later opens it again. */
  close(): void {
    this.#closed = true;
    this.flush(this.#options.durability === 'fsync');
    if (this.#output.unwritten === 0) this.#guard(() => this.#segment.close());
  }

  #isFull(): boolean {
    return this.#pending.length >= MAX_PENDING_EVENTS || this.#pendingBytes >= MAX_PENDING_BYTES;
  }

  #write(durable: boolean): void {
    this.#output.writeRest();
    while (this.#pending.length > 0) this.#output.write(this.#serialize());
    if (durable && this.#options.durability === 'fsync') this.#segment.sync();
  }

  /** Turns pending events into lines, about a megabyte at a time. */
  #serialize(): string {
    let text = '';
    let taken = 0;
    for (; taken < this.#pending.length && text.length < CHUNK_CHARS; taken += 1) {
      text += `${this.#encode(this.#pending[taken] as AnyEvent)}\n`;
    }
    const all = taken === this.#pending.length;
    this.#pending = all ? [] : this.#pending.slice(taken);
    this.#pendingBytes = all ? 0 : this.#pending.reduce((sum, event) => sum + estimateBytes(event), 0);
    return text;
  }

  #encode(event: AnyEvent): string {
    try {
      return encodeEvent(event, this.#blobs);
    } catch (error) {
      this.#problems.caught(
        'AXL_JOURNAL_WRITE',
        'a big value could not be written to its own file and stays in its line',
        error,
      );
      return encodeWhole(event);
    }
  }

  #guard(action: () => void): boolean {
    try {
      action();
      return true;
    } catch (error) {
      this.#problems.caught(
        'AXL_JOURNAL_WRITE',
        `the journal in ${this.runDir} could not be written; events are kept in memory`,
        error,
      );
      return false;
    }
  }

  #lose(): void {
    if (this.#lost === 0) {
      const limit = `${MEMORY_LIMIT / 1024 / 1024} MB`;
      const message = `the journal in ${this.runDir} cannot be written and ${limit} wait in memory: further events are lost`;
      this.#problems.once('AXL_JOURNAL_WRITE', message);
    }
    this.#lost += 1;
  }

  #recovered(): void {
    this.#failing = false;
    if (this.#lost === 0) return;
    const lost = this.#lost;
    this.#lost = 0;
    this.#problems.report(
      'AXL_JOURNAL_WRITE',
      `the journal in ${this.runDir} can be written again; ${lost} events were lost`,
      {
        lost,
      },
    );
  }

  #notify(): void {
    try {
      this.#options.onFlush?.();
    } catch (error) {
      this.#problems.caught('AXL_INTERNAL', 'onFlush failed', error);
    }
  }
}
