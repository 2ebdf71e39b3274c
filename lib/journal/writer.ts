import { join } from 'node:path';
import type { AnyEvent } from '../contract/events.js';
import { openFolder } from '../support/folder/folder.js';
import { PRIVATE } from '../support/folder/place.js';
import { shared } from '../support/shared-state.js';
import { BlobStore } from './blobs.js';
import { encodeEvent, encodeWhole } from './encode.js';
import { runFolderOf, segmentOf } from './layout.js';
import { LineOutput } from './line-output.js';
import { MAX_LINE_BYTES } from './lines.js';
import { type OnProblem, Problems } from './problems.js';
import { Segment } from './segment.js';
import { estimateBytes } from './size.js';
import { FlushTimer } from './timer.js';

/** Options of {@link RunJournal}. */
export interface RunJournalOptions {
  /** The folder of all journals. */
  readonly dir: string;
  /** Id of the run, and name of its folder in `dir`. */
  readonly runId: string;
  /** Id of this process. It is part of the segment's name if another process opened the run. */
  readonly writer: string;
  /**
   * With `process` (default) a durable event survives the death of the process. With `fsync` it survives a power loss, too,
   * at the cost of a disk flush for each durable event.
   */
  readonly durability?: 'process' | 'fsync';
  /** Permission bits of folders; files have the same without the execute bits. Default: `0o700`. */
  readonly mode?: number;
  /** Called once for each code and cause of a problem. The journal retries. */
  readonly onProblem: OnProblem;
  /** Called after events were written, when readers can find them. */
  readonly onFlush?: () => void;
}

/** Events that are not durable are written this long after they were appended. */
const FLUSH_AFTER_MS = 20;
const RETRY_AFTER_MS = 1_000;
const MAX_PENDING_EVENTS = 256;
const MAX_PENDING_BYTES = 512 * 1024;
/** Events beyond this size are dropped while the journal cannot be written. They are counted and reported. */
const MEMORY_LIMIT = 64 * 1024 * 1024;
const CHUNK_CHARS = 1024 * 1024;

const flushTimer = shared('journal timer', () => new FlushTimer(FLUSH_AFTER_MS));
const retryTimer = shared('journal retry timer', () => new FlushTimer(RETRY_AFTER_MS));

/** Writes the pending events of every journal of this process. Synchronous, so that it works while the process exits. */
export function flushAllJournals(): void {
  flushTimer.flush();
  retryTimer.flush();
}

/**
 * Appends the events of one run to this process's segment of its journal.
 *
 * Only the constructor throws. Events that cannot be written (disk full, no permission) are reported as
 * `AXL_JOURNAL_WRITE`, kept in memory up to 64 MB, and retried every second.
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
  #bytesAppended = 0;
  #dropped = 0;
  #failing = false;
  #closed = false;
  #writing = false;

  /** @throws AutologError `AXL_BAD_OPTIONS` if the run id cannot be the name of a folder */
  constructor(options: RunJournalOptions) {
    this.#options = options;
    this.runDir = runFolderOf(options.dir, options.runId);
    const sync = options.durability === 'fsync';
    this.#problems = new Problems(options.onProblem);
    const journals = openFolder(options.dir, { mode: options.mode ?? PRIVATE });
    const run = journals.folder(options.runId);
    this.#segment = new Segment({ run, journals }, options.writer, sync, (error) => this.#reportUnsealed(error));
    this.#output = new LineOutput(this.#segment);
    this.#blobs = new BlobStore(run, sync);
  }

  /** Path of the file that this process writes. Reading it creates the file, if possible. */
  get path(): string {
    if (this.#segment.path === null) this.#guard(() => this.#segment.open());
    return this.#segment.path ?? join(this.runDir, segmentOf(this.#options.writer));
  }

  /** Size of the events that are not written yet, in bytes. Estimated for those that are not serialized yet. */
  get bytesPending(): number {
    return this.#pendingBytes + this.#output.unwritten;
  }

  /** Estimated size of all events so far, in bytes. */
  get bytesAppended(): number {
    return this.#bytesAppended;
  }

  /** Number of events that were dropped because the journal cannot be written and memory is full. */
  get dropped(): number {
    return this.#dropped;
  }

  /**
   * Appends a frozen event. A durable event and all before it are written before this returns, unless the file cannot be
   * written. Other events are written within about 20 ms.
   */
  append(event: AnyEvent, durable: boolean): void {
    const bytes = estimateBytes(event);
    this.#bytesAppended += bytes;
    if (this.bytesPending + bytes > MEMORY_LIMIT && this.#pending.length > 0) this.flush();
    if (this.bytesPending > 0 && this.bytesPending + bytes > MEMORY_LIMIT) {
      this.#drop();
      return;
    }
    this.#pending.push(event);
    this.#pendingBytes += bytes;
    if (durable || (!this.#failing && this.#isFull())) this.flush(durable);
    else if (!this.#failing) flushTimer.add(this);
  }

  /** Writes all pending events. If `durable` is set and the durability is `fsync`, flushes them to the disk as well. */
  flush(durable = false): void {
    // Reporting a problem may append an event while the journal is writing.
    if (this.#writing) {
      flushTimer.add(this);
      return;
    }
    flushTimer.remove(this);
    retryTimer.remove(this);
    if (this.#pending.length === 0 && this.#output.unwritten === 0) return;
    this.#writing = true;
    const done = this.#guard(() => this.#write(durable));
    this.#writing = false;
    if (done) {
      if (this.#failing) this.#recover();
      if (this.#closed) this.#segment.finish();
      this.#notify();
    } else {
      this.#failing = true;
      this.#guard(() => this.#segment.close());
      retryTimer.add(this);
    }
  }

  /** Writes all pending events and closes the file. Appending another event opens it again. */
  close(): void {
    this.#closed = true;
    this.flush(this.#options.durability === 'fsync');
    if (this.#output.unwritten === 0) this.#guard(() => this.#segment.finish());
  }

  #isFull(): boolean {
    return this.#pending.length >= MAX_PENDING_EVENTS || this.#pendingBytes >= MAX_PENDING_BYTES;
  }

  #write(durable: boolean): void {
    this.#output.writeRest();
    while (this.#pending.length > 0) this.#output.write(this.#serialize());
    if (durable && this.#options.durability === 'fsync') this.#segment.sync();
  }

  /** Serializes about a megabyte of events at a time, to limit the memory it takes. */
  #serialize(): string {
    let text = '';
    let count = 0;
    for (; count < this.#pending.length && text.length < CHUNK_CHARS; count += 1) {
      text += `${this.#encode(this.#pending[count] as AnyEvent)}\n`;
    }
    const all = count === this.#pending.length;
    this.#pending = all ? [] : this.#pending.slice(count);
    this.#pendingBytes = all ? 0 : this.#pending.reduce((sum, event) => sum + estimateBytes(event), 0);
    return text;
  }

  #encode(event: AnyEvent): string {
    try {
      return checkedLine(encodeEvent(event, this.#blobs));
    } catch (error) {
      const message = 'a big value could not be written to its blob file and is kept in its line';
      this.#problems.caught('AXL_JOURNAL_WRITE', message, error);
    }
    try {
      return checkedLine(encodeWhole(event));
    } catch (error) {
      // Kept, it would be in the way of all events after it.
      this.#problems.caught('AXL_JOURNAL_WRITE', `an ${event.type} is too large for the journal and is dropped`, error);
      return '';
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

  #reportUnsealed(error: unknown): void {
    const message = `the run in ${this.runDir} could not be sealed, so if this process dies, only 'npx ax-autolog sync' delivers the rest`;
    this.#problems.caught('AXL_JOURNAL_WRITE', message, error);
  }

  #drop(): void {
    if (this.#dropped === 0) {
      const limit = `${MEMORY_LIMIT / 1024 / 1024} MB`;
      const message = `the journal in ${this.runDir} cannot be written and ${limit} of events are in memory; further events are dropped`;
      this.#problems.once('AXL_JOURNAL_WRITE', message);
    }
    this.#dropped += 1;
  }

  #recover(): void {
    this.#failing = false;
    if (this.#dropped === 0) return;
    const dropped = this.#dropped;
    this.#dropped = 0;
    const message = `the journal in ${this.runDir} can be written again; ${dropped} events were dropped`;
    this.#problems.report('AXL_JOURNAL_WRITE', message, { dropped });
  }

  #notify(): void {
    try {
      this.#options.onFlush?.();
    } catch (error) {
      this.#problems.caught('AXL_INTERNAL', 'the onFlush callback of the journal threw', error);
    }
  }
}

/** Returns a line that can be read back. @throws RangeError if it is longer than that */
function checkedLine(line: string): string {
  const isLong = line.length > MAX_LINE_BYTES / 3 && Buffer.byteLength(line) > MAX_LINE_BYTES;
  if (isLong) throw new RangeError(`it has ${line.length} characters, a line may have ${MAX_LINE_BYTES} bytes`);
  return line;
}
