import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { FIRST_SEGMENT, segmentOf } from './layout.js';
import { readTail } from './lines.js';
import { SegmentSeal } from './seal/segment-seal.js';

const LINE_FEED = 0x0a;
const HEAD_BYTES = 4096;
const CLOSED = -1;

/** Options of {@link Segment}. */
export interface SegmentOptions {
  readonly runDir: string;
  /** Id of the process that writes the segment. */
  readonly writer: string;
  /** Whether a new file's name must survive a power loss. */
  readonly sync: boolean;
  /** Receives the error if the file cannot be sealed. It can still be written. */
  readonly onUnsealed: (error: unknown) => void;
}

/** The append-only file of one process in a run. Opened on first use. Methods throw the file system's errors. */
export class Segment {
  readonly #options: SegmentOptions;
  #path: string | null = null;
  #seal: SegmentSeal | null = null;
  #fd = CLOSED;

  constructor(options: SegmentOptions) {
    this.#options = options;
  }

  /** Path of the file; `null` before it is opened for the first time. */
  get path(): string | null {
    return this.#path;
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
    if (this.#fd !== CLOSED) this.#sealed((seal) => seal.writeContent());
    this.close();
  }

  /** Closes the file. The next write opens it again. */
  close(): void {
    const fd = this.#fd;
    this.#fd = CLOSED;
    if (fd !== CLOSED) closeSync(fd);
  }

  #open(): void {
    if (this.#path !== null) {
      this.#fd = openSync(this.#path, 'a');
      this.#sealed((seal) => seal.write(this.#fd));
      return;
    }
    const { runDir, writer, sync } = this.#options;
    prepareFolder(runDir);
    const first = join(runDir, FIRST_SEGMENT);
    try {
      this.#fd = openSync(first, 'ax');
      this.#path = first;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const path = writerOf(first) === writer ? first : join(runDir, segmentOf(writer));
      this.#fd = openSync(path, 'a+');
      repair(this.#fd);
      this.#path = path;
    }
    this.#seal = new SegmentSeal({ runDir, segment: basename(this.#path) }, sync);
    this.#sealed((seal) => seal.write(this.#fd));
    if (sync) {
      syncFolder(runDir);
      syncFolder(dirname(runDir));
    }
  }

  #sealed(action: (seal: SegmentSeal) => void): void {
    try {
      if (this.#seal) action(this.#seal);
    } catch (error) {
      this.#options.onUnsealed(error);
    }
  }
}

/** The `.gitignore` keeps the journal out of version control. */
function prepareFolder(runDir: string): void {
  mkdirSync(runDir, { recursive: true });
  try {
    writeFileSync(join(dirname(runDir), '.gitignore'), '*\n', { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** Returns the writer of a segment's first event, or `null` if there is none. */
function writerOf(path: string): string | null {
  const fd = openSync(path, 'r');
  try {
    const head = Buffer.alloc(HEAD_BYTES);
    const text = head.toString('utf8', 0, readSync(fd, head, 0, HEAD_BYTES, 0));
    const match = /^\{"v":\d+,"seq":\d+,"time":[\d.]+,"writer":("(?:[^"\\]|\\.)*")/.exec(text);
    return match?.[1] === undefined ? null : String(JSON.parse(match[1]));
  } finally {
    closeSync(fd);
  }
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

/**
 * Replaces a file in one step: a reader sees the old content or the new content. Throws the file system's errors and then
 * leaves no temporary file behind.
 *
 * @param sync whether to flush the content to the disk before the file is renamed
 */
export function writeAtomically(file: string, content: Buffer, sync: boolean): void {
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    const fd = openSync(temporary, 'wx');
    try {
      for (let done = 0; done < content.length; ) done += writeSync(fd, content, done);
      if (sync) fdatasyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Flushes a folder to the disk, so that new file names in it survive a power loss. */
export function syncFolder(folder: string): void {
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
