import { createHash } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Json } from '../contract/events.js';
import { blobFile, blobFolder } from './layout.js';
import { syncFolder, writeAtomically } from './segment.js';

/** Where a value went that was too big for its line. */
export interface BlobRef {
  /** Lower-case hex digits of the SHA-256 of the blob file's bytes. */
  readonly sha256: string;
  /** Size of the blob file. */
  readonly bytes: number;
}

/** Lines longer than this have their big members moved to blobs, in UTF-16 units. */
export const LINE_LIMIT = 64 * 1024;
/** Members whose JSON is longer than this are moved, in UTF-16 units. */
export const MEMBER_LIMIT = 16 * 1024;

/** Writes big values of one run's events into files named by their content. */
export class BlobStore {
  readonly #runDir: string;
  readonly #sync: boolean;
  readonly #refs = new WeakMap<object, BlobRef>();
  readonly #written = new Set<string>();

  constructor(runDir: string, sync: boolean) {
    this.#runDir = runDir;
    this.#sync = sync;
  }

  /** True until something was stored. */
  get isEmpty(): boolean {
    return this.#written.size === 0;
  }

  /** The blob of a value that was stored before, by identity. */
  known(value: Json): BlobRef | undefined {
    return typeof value === 'object' && value !== null ? this.#refs.get(value) : undefined;
  }

  /** Stores a value whose JSON is `json`. Throws the file system's error. */
  put(value: Json, json: string): BlobRef {
    const content = Buffer.from(json, 'utf8');
    const sha256 = createHash('sha256').update(content).digest('hex');
    const ref: BlobRef = Object.freeze({ sha256, bytes: content.length });
    if (!this.#written.has(sha256)) {
      const file = blobFile(this.#runDir, sha256);
      if (!existsSync(file)) this.#write(file, content);
      this.#written.add(sha256);
    }
    if (typeof value === 'object' && value !== null) this.#refs.set(value, ref);
    return ref;
  }

  #write(file: string, content: Buffer): void {
    mkdirSync(blobFolder(this.#runDir), { recursive: true });
    writeAtomically(file, content, this.#sync);
    if (this.#sync) {
      syncFolder(dirname(file));
      syncFolder(this.#runDir);
    }
  }
}
