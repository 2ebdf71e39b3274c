import { closeSync, fdatasyncSync, fstatSync, ftruncateSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Folder } from '../contract/folder.js';
import { withPlainFile } from '../support/folder/open-file.js';
import { FIRST_SEGMENT, segmentOf } from './layout.js';
import { readTail } from './lines.js';
import { SegmentSeal } from './seal/segment-seal.js';

const LINE_FEED = 0x0a;
const HEAD_BYTES = 4096;
const CLOSED = -1;

/** The folder of a run, and the one that it is in. */
export interface SegmentFolders {
  readonly run: Folder;
  readonly journals: Folder;
}

/** The append-only file of one process in a run. Opened on first use. Methods throw the file system's errors. */
export class Segment {
  readonly #folders: SegmentFolders;
  readonly #writer: string;
  readonly #sync: boolean;
  readonly #onUnsealed: (error: unknown) => void;
  #name: string | null = null;
  #seal: SegmentSeal | null = null;
  #fd = CLOSED;

  /**
   * @param sync whether a new file's name must survive a power loss
   * @param onUnsealed receives the error if the file cannot be sealed. It is written all the same
   */
  constructor(folders: SegmentFolders, writer: string, sync: boolean, onUnsealed: (error: unknown) => void) {
    this.#folders = folders;
    this.#writer = writer;
    this.#sync = sync;
    this.#onUnsealed = onUnsealed;
  }

  /** Path of the file; `null` before it is opened for the first time. */
  get path(): string | null {
    return this.#name === null ? null : join(this.#folders.run.path, this.#name);
  }

  /** Writes up to `length` bytes from the start of `bytes`. Returns how many were written, which may be fewer. */
  write(bytes: Uint8Array, length: number): number {
    if (this.#fd === CLOSED) this.#open();
    return writeSync(this.#fd, bytes, 0, length);
  }

  /** Flushes written bytes to the disk. */
  sync(): void {
    if (this.#fd !== CLOSED) fdatasyncSync(this.#fd);
  }

  /** Opens the file, and creates it if necessary. */
  open(): void {
    if (this.#fd === CLOSED) this.#open();
  }

  /** Seals the content of the file, then closes it. A later write opens it again. */
  finish(): void {
    if (this.#fd !== CLOSED) this.#sealing((seal) => seal.writeContent());
    this.close();
  }

  /** Closes the file. The next write opens it again. */
  close(): void {
    const fd = this.#fd;
    this.#fd = CLOSED;
    if (fd !== CLOSED) closeSync(fd);
  }

  #open(): void {
    const { run, journals } = this.#folders;
    if (this.#name !== null) {
      this.#fd = run.openToAppend(this.#name);
      this.#sealing((seal) => seal.write(this.#fd));
      return;
    }
    // It keeps the journals out of version control.
    journals.create('.gitignore', '*\n');
    try {
      this.#fd = run.openToAppend(FIRST_SEGMENT, true);
      this.#name = FIRST_SEGMENT;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const isOwn = writerOf(join(run.path, FIRST_SEGMENT)) === this.#writer;
      const name = isOwn ? FIRST_SEGMENT : segmentOf(this.#writer);
      this.#fd = run.openToAppend(name);
      repair(this.#fd);
      this.#name = name;
    }
    this.#seal = new SegmentSeal(run, this.#name, this.#sync);
    this.#sealing((seal) => seal.write(this.#fd));
    if (this.#sync) {
      run.sync();
      journals.sync();
    }
  }

  #sealing(action: (seal: SegmentSeal) => void): void {
    try {
      if (this.#seal) action(this.#seal);
    } catch (error) {
      this.#onUnsealed(error);
    }
  }
}

/** Returns the writer of a segment's first event, or `null` if there is none. */
function writerOf(path: string): string | null {
  return withPlainFile(path, (fd) => {
    const head = Buffer.alloc(HEAD_BYTES);
    const text = head.toString('utf8', 0, readSync(fd, head, 0, HEAD_BYTES, 0));
    const match = /^\{"v":\d+,"seq":\d+,"time":[\d.]+,"writer":("(?:[^"\\]|\\.)*")/.exec(text);
    return match?.[1] === undefined ? null : String(JSON.parse(match[1]));
  });
}

/** A process that died while writing may have left an incomplete last line. Completes it if only the line feed is missing. */
function repair(fd: number): void {
  const region = readTail(fd);
  const tail = region.subarray(region.lastIndexOf(LINE_FEED) + 1);
  if (tail.length === 0) return;
  if (isJson(tail)) writeSync(fd, '\n');
  else ftruncateSync(fd, fstatSync(fd).size - tail.length);
}

function isJson(bytes: Buffer): boolean {
  try {
    JSON.parse(bytes.toString('utf8'));
    return true;
  } catch {
    return false;
  }
}
