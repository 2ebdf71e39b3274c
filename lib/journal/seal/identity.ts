import { createHmac, timingSafeEqual } from 'node:crypto';
import { type BigIntStats, readSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import type { StateKey } from '../../support/state-key.js';
import { STATE_FOLDER } from '../layout.js';

const READ_BYTES = 1024 * 1024;

/** A segment of a run, by names. */
export interface SegmentName {
  /** Folder of the run. */
  readonly runDir: string;
  /** File name of the segment. */
  readonly segment: string;
}

/** Returns the path of a segment's seal in the folder of the run. */
export function sealName(segment: string): string {
  return `${STATE_FOLDER}/${segment}.seal`;
}

/**
 * Returns the code that authenticates a file as a segment that this user wrote: the same run, name, owner, inode and
 * birth time. A copy, an unpacked archive or a clone has another inode; a renamed folder above the run changes nothing.
 */
export function identityOf(name: SegmentName, stats: BigIntStats, { bytes }: StateKey): string {
  return code(bytes, ['identity', ...names(name), `${stats.uid}`, `${stats.ino}`, birthOf(stats)]);
}

/** The content of a segment: its size in bytes and its SHA-256 in hexadecimal digits. */
export interface Content {
  readonly size: number;
  readonly sha256: string;
}

/** Returns the code that authenticates what the content of a segment is, wherever the file is. */
export function contentCodeOf(name: SegmentName, { size, sha256 }: Content, { bytes }: StateKey): string {
  return code(bytes, ['content', ...names(name), `${size}`, sha256]);
}

/** Compares two codes in constant time. */
export function isSameCode(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

/** The JSON of a list of strings cannot be read in two ways. The first entries keep the codes apart from other uses. */
function code(key: Uint8Array, parts: readonly string[]): string {
  return createHmac('sha256', key)
    .update(JSON.stringify(['ax-autolog seal', '1', ...parts]))
    .digest('hex');
}

function names({ runDir, segment }: SegmentName): string[] {
  return [basename(runDir), segment];
}

/** Returns the birth time in nanoseconds, or `''` if the file system does not keep it. The inode then stands alone. */
function birthOf({ birthtimeNs }: BigIntStats): string {
  return birthtimeNs > 0n && hasBirthTimes() ? `${birthtimeNs}` : '';
}

let birthTimes: boolean | undefined;

/**
 * Returns whether Node.js gets birth times from the system. Where the system call `statx` is blocked, it returns the
 * time of the last change in their place, also for /proc, which has no birth times.
 */
function hasBirthTimes(): boolean {
  birthTimes ??= process.platform !== 'linux' || birthOfProc() === 0n;
  return birthTimes;
}

function birthOfProc(): bigint | null {
  try {
    return statSync('/proc/self/stat', { bigint: true }).birthtimeNs;
  } catch {
    return null;
  }
}

/** Yields the bytes of an open file from an offset to its end, a megabyte at a time. Each chunk is valid until the next. */
export function* chunksFrom(fd: number, offset: number): Generator<Buffer, void, undefined> {
  const buffer = Buffer.allocUnsafe(READ_BYTES);
  for (let at = offset, length = -1; length !== 0; at += length) {
    length = readSync(fd, buffer, 0, buffer.length, at);
    if (length > 0) yield buffer.subarray(0, length);
  }
}
