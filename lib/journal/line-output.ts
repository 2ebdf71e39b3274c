import type { Segment } from './segment.js';

/** UTF-8 needs at most this many bytes for one UTF-16 unit. */
const BYTES_PER_CHAR = 3;

/** Lines on their way into a file; no output keeps anything in it. */
const scratch = new Uint8Array(64 * 1024);
const encoder = new TextEncoder();

const NOTHING = Buffer.alloc(0);

/** Writes text to a segment, and keeps whatever the file does not take. Methods throw the file system's errors. */
export class LineOutput {
  readonly #segment: Segment;
  /** Bytes that the file has not taken. They may begin in the middle of a line. */
  #unwritten: Buffer = NOTHING;

  constructor(segment: Segment) {
    this.#segment = segment;
  }

  /** Number of bytes that the file has not taken. */
  get unwritten(): number {
    return this.#unwritten.length;
  }

  /** Writes the bytes that the file did not take before. */
  writeRest(): void {
    while (this.#unwritten.length > 0) {
      this.#unwritten = this.#unwritten.subarray(this.#segment.write(this.#unwritten, this.#unwritten.length));
    }
  }

  /** Writes `text`. There must be no rest. */
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
