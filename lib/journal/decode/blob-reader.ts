import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import { freezeParsed, parseJson } from '../../contract/schema/bounds.js';
import { thrownText } from '../../support/snapshot/leaves.js';
import { type BlobRef, MAX_BLOB_BYTES } from '../blobs.js';
import { blobFile } from '../layout.js';
import type { OnProblem } from '../problems.js';
import { isRealFolder, readPlain } from '../read-file.js';

const KEPT_BLOBS = 16;

/** Reads the values that one run's events keep in blobs. */
export class BlobReader {
  readonly #runDir: string;
  readonly #onProblem: OnProblem;
  /** The last values, because many events share a candidate or dataset. */
  readonly #last = new Map<string, unknown>();
  /** Values that an event may still hold: however often a journal names a blob, it takes memory once. */
  readonly #alive = new Map<string, WeakRef<object>>();
  /** Size of all blobs read so far, in bytes. */
  sizeRead = 0;

  /** @param onProblem called for each blob that cannot be read (`AXL_BLOB_MISSING`) */
  constructor(runDir: string, onProblem: OnProblem) {
    this.#runDir = runDir;
    this.#onProblem = onProblem;
  }

  /**
   * Returns the deep-frozen value of a blob; `undefined` if it cannot be read, which is reported.
   *
   * @param where location of the line, for messages
   * @param path place of the value in the event
   */
  read(ref: BlobRef, where: string, path: string): unknown {
    if (this.#last.has(ref.sha256)) return this.#last.get(ref.sha256);
    const alive = this.#alive.get(ref.sha256)?.deref();
    if (alive !== undefined) return alive;
    try {
      const value = this.#parse(ref);
      this.#keep(ref.sha256, value);
      return value;
    } catch (error) {
      const message = `${where}: ${path} cannot be read back and is null: ${thrownText(error)}`;
      this.#onProblem('AXL_BLOB_MISSING', message, { sha256: ref.sha256, path });
      return undefined;
    }
  }

  #parse({ sha256 }: BlobRef): unknown {
    const file = blobFile(this.#runDir, sha256);
    const folder = dirname(file);
    const content = readPlain(file, MAX_BLOB_BYTES);
    if (!isRealFolder(folder)) throw new Error(`${folder} is a link, and links in a journal are not followed`);
    this.sizeRead += content.length;
    const actual = createHash('sha256').update(content).digest('hex');
    if (actual !== sha256) throw new Error(`${file} was changed: its SHA-256 is ${actual}`);
    const value = parseJson(content.toString('utf8'));
    if (value === undefined) throw new Error(`${file} is not JSON, or holds too many values`);
    const unfit = freezeParsed(value);
    if (unfit !== null) throw new Error(`${file} is not read: ${unfit}`);
    return value;
  }

  #keep(sha256: string, value: unknown): void {
    const [oldest] = this.#last.keys();
    if (this.#last.size >= KEPT_BLOBS && oldest !== undefined) this.#last.delete(oldest);
    this.#last.set(sha256, value);
    if (typeof value === 'object' && value !== null) this.#alive.set(sha256, new WeakRef(value));
  }
}
