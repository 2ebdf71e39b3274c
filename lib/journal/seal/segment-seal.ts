import { createHash } from 'node:crypto';
import { fstatSync } from 'node:fs';
import { join } from 'node:path';
import type { Folder } from '../../contract/folder.js';
import { withPlainFile } from '../../support/folder/open-file.js';
import { stateKey } from '../../support/state-key.js';
import { type Content, chunksFrom, contentCodeOf, identityOf, type SegmentName, sealName } from './identity.js';
import { whyForeignSegment } from './own-runs.js';

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
    withPlainFile(join(this.#name.runDir, this.#name.segment), (fd) => {
      for (const chunk of chunksFrom(fd, this.#hashed)) {
        this.#hash.update(chunk);
        this.#hashed += chunk.length;
      }
      const content = { size: this.#hashed, sha256: this.#hash.copy().digest('hex') };
      const mac = identityOf(this.#name, fstatSync(fd, { bigint: true }), key);
      this.#save({ mac, content: { ...content, mac: contentCodeOf(this.#name, content, key) } });
    });
  }

  #save(codes: { readonly mac: string; readonly content?: Content & { readonly mac: string } }): void {
    const content = `${JSON.stringify({ v: 1, ...codes })}\n`;
    this.#folder.write(sealName(this.#name.segment), content, { sync: this.#sync });
  }
}
