import { createHash } from 'node:crypto';
import { closeSync, fstatSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { Folder } from '../../contract/folder.js';
import { openToRead } from '../../support/folder/open-file.js';
import { stateKey } from '../../support/state-key.js';
import { type Content, contentCodeOf, identityOf, type SegmentName, sealName } from './identity.js';
import { whyForeignSegment } from './own-runs.js';

const READ_BYTES = 1024 * 1024;

/**
 * The seal of a segment that this process writes: it lets later processes of this user deliver the run if this one
 * dies. Methods throw the file system's errors.
 */
export class SegmentSeal {
  readonly #folder: Folder;
  readonly #name: SegmentName;
  readonly #sync: boolean;
  #hash = createHash('sha256');
  #hashed = 0;
  #isOwn = false;

  /**
   * @param folder the folder of the run
   * @param sync whether the seal must survive a power loss
   */
  constructor(folder: Folder, segment: string, sync: boolean) {
    this.#folder = folder;
    this.#name = { runDir: folder.path, segment };
    this.#sync = sync;
  }

  /**
   * Seals the file as this user's when it is opened, also if it is a new one in place of one that was removed. Does
   * nothing for a file with content, since this process cannot know who wrote it, and without a key, which is reported
   * elsewhere.
   *
   * @param fd the open segment
   */
  write(fd: number): void {
    const key = stateKey();
    if (key === null) return;
    const stats = fstatSync(fd, { bigint: true });
    if (stats.size > 0n) {
      this.#isOwn ||= whyForeignSegment(this.#name, key) === null;
      return;
    }
    this.#save({ mac: identityOf(this.#name, stats, key) });
    this.#isOwn = true;
    this.#hash = createHash('sha256');
    this.#hashed = 0;
  }

  /**
   * Seals the content as well, if the key is `AX_AUTOLOG_KEY`: a restored cache of another machine has the same content
   * in other files. Reads what was written since the last call.
   */
  writeContent(): void {
    const key = stateKey();
    if (!key?.isShared || !this.#isOwn) return;
    const fd = openToRead(join(this.#name.runDir, this.#name.segment));
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
    const content = `${JSON.stringify({ v: 1, ...codes })}\n`;
    this.#folder.write(sealName(this.#name.segment), content, { sync: this.#sync });
  }
}
