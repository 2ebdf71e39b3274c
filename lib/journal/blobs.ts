import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../contract/events.js';
import type { Folder } from '../contract/folder.js';
import { blobName } from './layout.js';

/** Reference to a value that was too big for its line and is stored in a blob file. */
export interface BlobRef {
  /** Lower-case hex digits of the SHA-256 of the blob file's bytes. */
  readonly sha256: string;
  /** Size of the blob file in bytes. */
  readonly bytes: number;
}

/** Big members of a line are moved to blobs if the line is longer than this, in UTF-16 units. */
export const LINE_LIMIT = 64 * 1024;
/** A member is big if its JSON is longer than this, in UTF-16 units. */
export const MEMBER_LIMIT = 16 * 1024;

/** Largest blob that is written and read, in bytes. */
export const MAX_BLOB_BYTES = 256 * 1024 * 1024;

/** Stores big values of one run's events in files that are named by their content. */
export class BlobStore {
  readonly #folder: Folder;
  readonly #sync: boolean;
  readonly #refs = new WeakMap<object, BlobRef>();
  readonly #written = new Set<string>();

  /** @param sync whether each blob must survive a power loss once it is stored */
  constructor(folder: Folder, sync: boolean) {
    this.#folder = folder;
    this.#sync = sync;
  }

  /** True until a value is stored. */
  get isEmpty(): boolean {
    return this.#written.size === 0;
  }

  /** Returns the blob of this object (not of an equal one), if it was stored before. */
  known(value: Json): BlobRef | undefined {
    return typeof value === 'object' && value !== null ? this.#refs.get(value) : undefined;
  }

  /** Stores a value and returns its blob. `json` is the JSON of the value. Throws the file system's errors. */
  put(value: Json, json: string): BlobRef {
    const content = Buffer.from(json, 'utf8');
    if (content.length > MAX_BLOB_BYTES)
      throw new RangeError(`it has ${content.length} bytes, a blob may have ${MAX_BLOB_BYTES}`);
    const sha256 = createHash('sha256').update(content).digest('hex');
    const ref: BlobRef = Object.freeze({ sha256, bytes: content.length });
    if (!this.#written.has(sha256)) {
      const name = blobName(sha256);
      if (!existsSync(join(this.#folder.path, name))) this.#write(name, content);
      this.#written.add(sha256);
    }
    if (typeof value === 'object' && value !== null) this.#refs.set(value, ref);
    return ref;
  }

  #write(name: string, content: Buffer): void {
    this.#folder.write(name, content, { sync: this.#sync });
    if (this.#sync) this.#folder.sync();
  }
}
