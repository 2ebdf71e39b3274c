import type { Segment } from './segment.js';

/** UTF-8 needs at most this many bytes for one UTF-16 unit. */
const BYTES_PER_CHAR = 3;

/** All outputs share this buffer. Its content is not used after a call returns. */
const scratch = new Uint8Array(64 * 1024);
const encoder = new TextEncoder();

const NOTHING = Buffer.alloc(0);

/** Writes text to a segment and keeps the bytes that could not be written. Methods throw the file system's errors. */
export class LineOutput {
  readonly #segment: Segment;
  /** May begin in the middle of a line. */
  #unwritten: Buffer = NOTHING;

  constructor(segment: Segment) {
    this.#segment = segment;
  }

  /** Number of bytes that could not be written yet. */
  get unwritten(): number {
    return this.#unwritten.length;
  }

  /** Writes the bytes that could not be written before. */
  writeRest(): void {
    while (this.#unwritten.length > 0) {
      this.#unwritten = this.#unwritten.subarray(this.#segment.write(this.#unwritten, this.#unwritten.length));
    }
  }

  /** Writes `text`. Call {@link writeRest} first if bytes are unwritten. */
  write(text: string): void {
    const fits = text.length * BYTES_PER_CHAR <= scratch.length;
    const bytes = fits ? scratch : Buffer.from(text, 'utf8');
    const length = fits ? encoder.encodeInto(text, scratch).written : bytes.length;
    let taken = 0;
    try {
      while (taken < length) {
        const rest = taken === 0 ? bytes : bytes.subarray(taken);
        taken += this.#segment.write(rest, length - taken);
      }
    } finally {
      if (taken < length) this.#unwritten = Buffer.from(bytes.subarray(taken, length));
    }
  }
}
