import { createHash } from 'node:crypto';
import { type BigIntStats, fstatSync, lstatSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { withPlainFile } from '../../support/folder/open-file.js';
import { thrownText } from '../../support/snapshot/leaves.js';
import { type StateKey, stateKey } from '../../support/state-key.js';
import { listSegments, STATE_FOLDER } from '../layout.js';
import {
  type Content,
  chunksFrom,
  contentCodeOf,
  identityOf,
  isSameCode,
  type SegmentName,
  sealName,
} from './identity.js';

const MAX_SEAL_BYTES = 4_096;

/**
 * Returns why a run was not written here by this user, or `null` if it was: its folders and all its files with events
 * belong to this user and have a valid seal. A run with a single foreign file is foreign. Follows no link. Never throws.
 *
 * @param key default: that of this user, which is created if there is none
 */
export function whyForeign(runDir: string, key: StateKey | null = stateKey()): string | null {
  try {
    if (key === null) return 'there is no key to check its seals with';
    for (const folder of [runDir, join(runDir, STATE_FOLDER)]) {
      const why = notOwn(folder, lstatSync(folder, { bigint: true }), 'isDirectory');
      if (why !== null) return why;
    }
    for (const segment of listSegments(runDir)) {
      const why = whyForeignSegment({ runDir, segment }, key);
      if (why !== null) return why;
    }
    return null;
  } catch (error) {
    return thrownText(error);
  }
}

/**
 * Returns why a segment was not written here by this user, or `null` if it was. Never throws. An empty file has nothing
 * to deliver: it may have been left by a process that died before it could seal it.
 */
export function whyForeignSegment(name: SegmentName, key: StateKey): string | null {
  const file = join(name.runDir, name.segment);
  try {
    const stats = lstatSync(file, { bigint: true });
    const why = notOwn(file, stats, 'isFile');
    if (why !== null || stats.size === 0n) return why;
    const { mac, content } = readSeal(join(name.runDir, sealName(name.segment)));
    if (mac !== null && isSameCode(mac, identityOf(name, stats, key))) return null;
    if (content !== null && key.isShared && isSameContent(name, content, key)) return null;
    return `${file} has no seal of this user: it is a copy, or another user, machine or version wrote it`;
  } catch (error) {
    return thrownText(error);
  }
}

function notOwn(path: string, stats: BigIntStats, kind: 'isFile' | 'isDirectory'): string | null {
  if (!stats[kind]()) return `${path} is ${stats.isSymbolicLink() ? 'a symbolic link' : 'of another kind'}`;
  const own = process.geteuid?.();
  return own === undefined || stats.uid === BigInt(own) ? null : `${path} belongs to the user ${stats.uid}`;
}

interface Seal {
  readonly mac: string | null;
  readonly content: (Content & { readonly mac: string }) | null;
}

/** Returns the codes of a seal, `null` for one that is missing or has another form. */
function readSeal(file: string): Seal {
  let seal: unknown;
  try {
    seal = JSON.parse(readStart(file));
  } catch {
    return { mac: null, content: null };
  }
  const isKnown = field(seal, 'v') === 1;
  return { mac: isKnown ? digits(seal, 'mac') : null, content: isKnown ? contentIn(field(seal, 'content')) : null };
}

function contentIn(value: unknown): Seal['content'] {
  const [size, sha256, mac] = [field(value, 'size'), digits(value, 'sha256'), digits(value, 'mac')];
  return typeof size === 'number' && sha256 !== null && mac !== null ? { size, sha256, mac } : null;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, name)?.value : undefined;
}

function digits(value: unknown, name: string): string | null {
  const text = field(value, name);
  return typeof text === 'string' && /^[0-9a-f]{64}$/.test(text) ? text : null;
}

function readStart(file: string): string {
  return withPlainFile(file, (fd) => {
    const start = Buffer.alloc(MAX_SEAL_BYTES);
    return start.toString('utf8', 0, readSync(fd, start, 0, start.length, 0));
  });
}

/** Reads the file only if a seal of this user says that it has this size. */
function isSameContent(
  name: SegmentName,
  { mac, ...sealed }: Content & { readonly mac: string },
  key: StateKey,
): boolean {
  if (!isSameCode(mac, contentCodeOf(name, sealed, key))) return false;
  return withPlainFile(join(name.runDir, name.segment), (fd) => {
    if (fstatSync(fd).size !== sealed.size) return false;
    const hash = createHash('sha256');
    for (const chunk of chunksFrom(fd, 0)) hash.update(chunk);
    return hash.digest('hex') === sealed.sha256;
  });
}
