import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const LINE_FEED = 0x0a;
const TAIL_BYTES = 64 * 1024;

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
