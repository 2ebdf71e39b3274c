import { createHash, randomUUID } from 'node:crypto';
import {
  closeSync,
  constants,
  fdatasyncSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { codeOf } from '../../support/atomic-files.js';
import { stateKey } from '../../support/state-key.js';
import { type Content, contentCodeOf, identityOf, type SegmentName, sealFile } from './identity.js';
import { whyForeignSegment } from './own-runs.js';

const READ_BYTES = 1024 * 1024;

/**
 * The seal of a segment that this process writes: it lets later processes of this user deliver the run if this one
 * dies. Methods throw the file system's errors.
 */
export class SegmentSeal {
  readonly #name: SegmentName;
  readonly #sync: boolean;
  readonly #hash = createHash('sha256');
  #hashed = 0;
  #isOwn = false;

  /** @param sync whether the seal must survive a power loss */
  constructor(name: SegmentName, sync: boolean) {
    this.#name = name;
    this.#sync = sync;
  }

  /**
   * Seals the file as this user's. Does nothing for a file that has content already, since this process cannot know who
   * wrote it, and without a key, which is reported elsewhere.
   *
   * @param fd the open segment
   */
  write(fd: number): void {
    const key = stateKey();
    if (key === null || this.#isOwn) return;
    const stats = fstatSync(fd, { bigint: true });
    if (stats.size > 0n) {
      this.#isOwn = whyForeignSegment(this.#name, key) === null;
      return;
    }
    this.#save({ mac: identityOf(this.#name, stats, key) });
    this.#isOwn = true;
  }

  /**
   * Seals the content as well, if the key is `AX_AUTOLOG_KEY`: a restored cache of another machine has the same content
   * in other files. Reads what was written since the last call.
   */
  writeContent(): void {
    const key = stateKey();
    if (!key?.isShared || !this.#isOwn) return;
    const fd = openSync(join(this.#name.runDir, this.#name.segment), constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
    try {
      this.#read(fd);
      const content = { size: this.#hashed, sha256: this.#hash.copy().digest('hex') };
      const mac = identityOf(this.#name, fstatSync(fd, { bigint: true }), key);
      this.#save({ mac, content: { ...content, mac: contentCodeOf(this.#name, content, key) } });
    } finally {
      closeSync(fd);
    }
  }

  #read(fd: number): void {
    const buffer = Buffer.allocUnsafe(READ_BYTES);
    for (;;) {
      const length = readSync(fd, buffer, 0, buffer.length, this.#hashed);
      if (length === 0) return;
      this.#hash.update(buffer.subarray(0, length));
      this.#hashed += length;
    }
  }

  #save(codes: { readonly mac: string; readonly content?: Content & { readonly mac: string } }): void {
    const file = sealFile(this.#name);
    makeStateFolder(dirname(file));
    const content = `${JSON.stringify({ v: 1, ...codes })}\n`;
    // Usually there is none, and then no reader looks for it yet.
    if (!this.#create(file, content)) this.#replace(file, content);
  }

  #create(file: string, content: string): boolean {
    let fd: number;
    try {
      fd = openSync(file, 'wx', 0o600);
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false;
      throw error;
    }
    try {
      writeSync(fd, content);
      if (this.#sync) fdatasyncSync(fd);
    } finally {
      closeSync(fd);
    }
    return true;
  }

  #replace(file: string, content: string): void {
    const temporary = `${file}.${randomUUID()}.tmp`;
    try {
      this.#create(temporary, content);
      renameSync(temporary, file);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
  }
}

/** A link in its place would make this process write outside the run. */
function makeStateFolder(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    if (!lstatSync(folder).isDirectory()) throw new Error(`${folder} is not a folder`);
  }
}
