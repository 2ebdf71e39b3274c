import { closeSync, fstatSync, readSync } from 'node:fs';
import { openToRead } from '../support/folder/open-file.js';

/** One line of a segment. */
export interface Line {
  /** The text, without the line feed. */
  readonly text: string;
  /** 1-based number of the line, counted from the offset that reading started at. */
  readonly number: number;
  /** Byte offset after the line and its line feed. */
  readonly end: number;
  /** False if the line feed is missing, which only happens at the end of a file. */
  readonly complete: boolean;
}

const LINE_FEED = 0x0a;
const CHUNK_BYTES = 256 * 1024;
const TAIL_BYTES = 64 * 1024;

/**
 * Reads a segment line by line, in chunks of 256 KB. Throws the file system's errors.
 *
 * @param from byte offset of the start of a line. Default: 0
 */
export function* readLines(path: string, from = 0): Generator<Line> {
  const fd = openToRead(path);
  try {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    let parts: Buffer[] = [];
    let number = 0;
    let offset = from;
    for (;;) {
      const length = readSync(fd, chunk, 0, CHUNK_BYTES, offset);
      if (length === 0) break;
      let start = 0;
      for (let at = chunk.indexOf(LINE_FEED); at !== -1 && at < length; at = chunk.indexOf(LINE_FEED, start)) {
        number += 1;
        const text = decodeUTF8(parts, chunk.subarray(start, at));
        parts = [];
        start = at + 1;
        yield { text, number, end: offset + start, complete: true };
      }
      if (start < length) parts.push(Buffer.from(chunk.subarray(start, length)));
      offset += length;
    }
    if (parts.length > 0)
      yield { text: decodeUTF8(parts, Buffer.alloc(0)), number: number + 1, end: offset, complete: false };
  } finally {
    closeSync(fd);
  }
}

function decodeUTF8(parts: readonly Buffer[], last: Buffer): string {
  return parts.length === 0 ? last.toString('utf8') : Buffer.concat([...parts, last]).toString('utf8');
}

/**
 * Returns the end of a file, starting after a line feed: its last 64 KB, or more if a line is longer. Throws the file
 * system's errors.
 *
 * @param enough size to read at first, in bytes. Default: 64 KB
 */
export function readTail(fd: number, enough: number = TAIL_BYTES): Buffer {
  const { size } = fstatSync(fd);
  for (let length = Math.min(size, enough); ; length = Math.min(size, length * 4)) {
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
  }
}

/** Returns the lines of about the last 64 KB of a file, including an incomplete last line. Throws the file system's errors. */
export function readLastLines(path: string): string[] {
  const fd = openToRead(path);
  try {
    return readTail(fd)
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== '');
  } finally {
    closeSync(fd);
  }
}
