import { closeSync, fstatSync, readSync } from 'node:fs';
import { openToRead } from '../support/folder/open-file.js';

/** One line of a segment. */
export interface Line {
  /** The text, without the line feed. Empty if the line is too long. */
  readonly text: string;
  /** 1-based number of the line, counted from the offset that reading started at. */
  readonly number: number;
  /** Byte offset after the line and its line feed. */
  readonly end: number;
  /** False if the line feed is missing, which only happens at the end of a file. */
  readonly complete: boolean;
  /** Whether the line is longer than {@link MAX_LINE_BYTES}. It is then skipped without being kept in memory. */
  readonly isTooLong: boolean;
}

/** Longest line that is written and read, in bytes. */
export const MAX_LINE_BYTES = 256 * 1024 * 1024;

const LINE_FEED = 0x0a;
const CHUNK_BYTES = 256 * 1024;
const TAIL_BYTES = 64 * 1024;

/** The bytes of a line that is not complete yet. */
class Unfinished {
  #parts: Buffer[] = [];
  #size = 0;

  /** Number of bytes so far, including those that were dropped. */
  get size(): number {
    return this.#size;
  }

  add(part: Buffer): void {
    this.#size += part.length;
    if (this.#size > MAX_LINE_BYTES) this.#parts = [];
    else this.#parts.push(Buffer.from(part));
  }

  /** Returns the text of the line that ends with `last`, and starts the next line. */
  finish(last: Buffer): Pick<Line, 'text' | 'isTooLong'> {
    const isTooLong = this.#size + last.length > MAX_LINE_BYTES;
    const bytes = this.#size === 0 ? last : Buffer.concat([...this.#parts, last]);
    this.#parts = [];
    this.#size = 0;
    return { text: isTooLong ? '' : bytes.toString('utf8'), isTooLong };
  }
}

/**
 * Reads a segment line by line, in chunks of 256 KB. Throws the file system's errors, and `AXL_PATH_UNSAFE` for anything
 * but a plain file.
 *
 * @param from byte offset of the start of a line. Default: 0
 */
export function* readLines(path: string, from = 0): Generator<Line> {
  const fd = openToRead(path);
  try {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    const unfinished = new Unfinished();
    let number = 0;
    let offset = from;
    for (;;) {
      const length = readSync(fd, chunk, 0, CHUNK_BYTES, offset);
      if (length === 0) break;
      let start = 0;
      for (let at = chunk.indexOf(LINE_FEED); at !== -1 && at < length; at = chunk.indexOf(LINE_FEED, start)) {
        number += 1;
        const { text, isTooLong } = unfinished.finish(chunk.subarray(start, at));
        start = at + 1;
        yield { text, number, end: offset + start, complete: true, isTooLong };
      }
      if (start < length) unfinished.add(chunk.subarray(start, length));
      offset += length;
    }
    if (unfinished.size > 0)
      yield { ...unfinished.finish(Buffer.alloc(0)), number: number + 1, end: offset, complete: false };
  } finally {
    closeSync(fd);
  }
}

/**
 * Returns the end of a file, starting after a line feed: its last 64 KB, or more if a line is longer, but no more than
 * two lines of {@link MAX_LINE_BYTES}. Throws the file system's errors.
 *
 * @param enough size to read at first, in bytes. Default: 64 KB
 */
export function readTail(fd: number, enough: number = TAIL_BYTES): Buffer {
  const { size } = fstatSync(fd);
  const most = Math.min(size, 2 * MAX_LINE_BYTES);
  for (let length = Math.min(most, enough); ; length = Math.min(most, length * 4)) {
    const chunk = Buffer.alloc(length);
    for (let done = 0; done < length; ) {
      const read = readSync(fd, chunk, done, length - done, size - length + done);
      if (read === 0) return chunk.subarray(0, done);
      done += read;
    }
    if (length === size) return chunk;
    // The chunk may start in the middle of a line. At least one whole line must follow that one.
    const at = chunk.indexOf(LINE_FEED);
    if (at !== -1 && at < length - 1 && chunk.indexOf(LINE_FEED, at + 1) !== -1) return chunk.subarray(at + 1);
    if (length === most) return chunk.subarray(at + 1);
  }
}

/**
 * Returns the lines of about the last 64 KB of a file, including an incomplete last line. Throws the file system's errors,
 * and `AXL_PATH_UNSAFE` for anything but a plain file.
 */
export function readLastLines(path: string): string[] {
  const fd = openToRead(path);
  try {
    return linesOf(readTail(fd));
  } finally {
    closeSync(fd);
  }
}

function linesOf(bytes: Buffer): string[] {
  const lines: string[] = [];
  for (let start = 0; start < bytes.length; ) {
    const feed = bytes.indexOf(LINE_FEED, start);
    const end = feed === -1 ? bytes.length : feed;
    if (end > start && end - start <= MAX_LINE_BYTES) lines.push(bytes.toString('utf8', start, end));
    start = end + 1;
  }
  return lines;
}
