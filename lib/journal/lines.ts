import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** One line of a segment, with where it stands. */
export interface Line {
  /** Without the line feed. */
  readonly text: string;
  /** 1-based, counted from where reading began. */
  readonly number: number;
  /** Byte offset of what follows it. */
  readonly end: number;
  /** False for what stands after the last line feed. */
  readonly complete: boolean;
}

const LINE_FEED = 0x0a;
const CHUNK_BYTES = 256 * 1024;
const TAIL_BYTES = 64 * 1024;

/**
 * Reads a segment line by line, in chunks of 256 KB, from a byte offset that begins a line. It ends where the file ended
 * when the last chunk was read. Throws the file system's errors.
 */
export function* readLines(path: string, from = 0): Generator<Line> {
  const fd = openSync(path, 'r');
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
        const text = textOf(parts, chunk.subarray(start, at));
        parts = [];
        start = at + 1;
        yield { text, number, end: offset + start, complete: true };
      }
      if (start < length) parts.push(Buffer.from(chunk.subarray(start, length)));
      offset += length;
    }
    if (parts.length > 0)
      yield { text: textOf(parts, Buffer.alloc(0)), number: number + 1, end: offset, complete: false };
  } finally {
    closeSync(fd);
  }
}

function textOf(parts: readonly Buffer[], last: Buffer): string {
  return parts.length === 0 ? last.toString('utf8') : Buffer.concat([...parts, last]).toString('utf8');
}

/** What a file ends with: its last bytes from the first line feed in them on, 64 KB or more if one line is longer. */
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
    // The first line of the chunk may have lost its beginning; at least one whole line must follow it.
    const at = chunk.indexOf(LINE_FEED);
    if (at !== -1 && at < length - 1 && chunk.indexOf(LINE_FEED, at + 1) !== -1) return chunk.subarray(at + 1);
  }
}

/** The last lines of a file, those of its last 64 KB or so. An incomplete one is among them. */
export function readLastLines(path: string): string[] {
  const fd = openSync(path, 'r');
  try {
    return readTail(fd)
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== '');
  } finally {
    closeSync(fd);
  }
}
