import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { AutologError } from '../contract/errors.js';
import { type AnyEvent, EVENT_VERSION } from '../contract/events.js';
import { thrownText } from '../support/snapshot/leaves.js';
import type { BlobRef } from './blobs.js';
import { blobFile } from './layout.js';
import type { OnProblem } from './problems.js';

const KEPT_BLOBS = 16;

/** The start of a line, if its type precedes its data, as in every line that the journal writes. */
const HEAD = /^\{[^{}]*?"type":"(\w+)",/;
const MAX_HEAD = 2_048;

/** Options of {@link EventDecoder}: skip parts of the lines. */
export interface DecodeOptions {
  /** Event types whose data is not parsed: their events have `{}` as data. Default: none. */
  readonly without?: readonly string[];
  /** Whether values are loaded from blobs; otherwise they are `null`. Default: true. */
  readonly blobs?: boolean;
}

/** Decodes the lines of one run to deep-frozen events, with the values of blobs in place. */
export class EventDecoder {
  readonly #runDir: string;
  readonly #onProblem: OnProblem;
  /** The last blobs, because many events share a candidate or dataset. */
  readonly #blobs = new Map<string, unknown>();
  readonly #without: ReadonlySet<string>;
  readonly #loadsBlobs: boolean;
  /** Size of everything read so far: characters of lines plus bytes of blobs. */
  sizeRead = 0;

  /** @param onProblem called for each blob that cannot be read (`AXL_BLOB_MISSING`) */
  constructor(runDir: string, onProblem: OnProblem, { without = [], blobs = true }: DecodeOptions = {}) {
    this.#runDir = runDir;
    this.#onProblem = onProblem;
    this.#without = new Set(without);
    this.#loadsBlobs = blobs;
  }

  /**
   * Decodes a line. Returns `null` if it is not a valid event, which the caller reports.
   *
   * @param where location of the line, such as `file:line`, for messages
   * @throws AutologError `AXL_JOURNAL_VERSION` if a newer version of ax-autolog wrote the line
   */
  decode(line: string, where: string): AnyEvent | null {
    this.sizeRead += line.length;
    const parsed = parse(this.#envelopeOf(line) ?? line);
    if (!isRecord(parsed)) return null;
    if (typeof parsed.v === 'number' && parsed.v > EVENT_VERSION) {
      throw new AutologError(
        'AXL_JOURNAL_VERSION',
        `${where} has version ${parsed.v}; this ax-autolog reads up to ${EVENT_VERSION}. Update ax-autolog to read it.`,
      );
    }
    if (!isEnvelope(parsed)) return null;
    const { blobs, ...event } = parsed;
    if (this.#loadsBlobs && isRecord(blobs)) this.#resolve(event, blobs, where);
    return deepFreeze(event) as unknown as AnyEvent;
  }

  /** Returns the line with empty data if its type is listed in `without`. */
  #envelopeOf(line: string): string | null {
    if (this.#without.size === 0 || !line.endsWith('}')) return null;
    const [head, type = ''] = HEAD.exec(line.slice(0, MAX_HEAD)) ?? [];
    return head !== undefined && this.#without.has(type) ? `${head}"data":{},"derived":[]}` : null;
  }

  #resolve(event: Record<string, unknown>, blobs: Record<string, unknown>, where: string): void {
    for (const [path, ref] of Object.entries(blobs)) {
      const [root, a, ...rest] = path.split('.');
      const data = event.data;
      if (root !== 'data' || a === undefined || !isRecord(data) || !isBlobRef(ref)) continue;
      const value = this.#load(ref, path, where);
      const inner = data[a];
      if (rest.length === 0) data[a] = value;
      else if (Array.isArray(inner)) putDeep(inner, rest, value);
      else if (isRecord(inner)) put(inner, rest.join('.'), value);
    }
  }

  #load(ref: BlobRef, path: string, where: string): unknown {
    if (this.#blobs.has(ref.sha256)) return this.#blobs.get(ref.sha256);
    const file = blobFile(this.#runDir, ref.sha256);
    try {
      const content = readFileSync(file);
      this.sizeRead += content.length;
      const sha256 = createHash('sha256').update(content).digest('hex');
      if (sha256 !== ref.sha256) throw new Error(`${file} was changed: its SHA-256 is ${sha256}`);
      const value = deepFreeze(JSON.parse(content.toString('utf8')));
      const [oldest] = this.#blobs.keys();
      if (this.#blobs.size >= KEPT_BLOBS && oldest !== undefined) this.#blobs.delete(oldest);
      this.#blobs.set(ref.sha256, value);
      return value;
    } catch (error) {
      const message = `${where}: ${path} cannot be read back and is null: ${thrownText(error)}`;
      this.#onProblem('AXL_BLOB_MISSING', message, { sha256: ref.sha256, path });
      return null;
    }
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEnvelope(value: Record<string, unknown>): boolean {
  return (
    typeof value.v === 'number' &&
    typeof value.seq === 'number' &&
    typeof value.time === 'number' &&
    typeof value.writer === 'string' &&
    typeof value.runId === 'string' &&
    typeof value.type === 'string' &&
    isRecord(value.data)
  );
}

function isBlobRef(value: unknown): value is BlobRef {
  return isRecord(value) && typeof value.sha256 === 'string' && /^[0-9a-f]{64}$/.test(value.sha256);
}

function put(object: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}

/** The writer left `null` at the path. A path that leads nowhere is ignored, because the line may have been edited. */
function putDeep(list: unknown[], path: readonly string[], value: unknown): void {
  let holder: unknown = list;
  for (const name of path.slice(0, -1)) {
    holder =
      typeof holder === 'object' && holder !== null && Object.hasOwn(holder, name) ? Reflect.get(holder, name) : null;
  }
  const last = path.at(-1);
  if (typeof holder === 'object' && holder !== null && last !== undefined && Object.hasOwn(holder, last)) {
    put(holder as Record<string, unknown>, last, value);
  }
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const key of Object.keys(value)) deepFreeze((value as Record<string, unknown>)[key]);
  return Object.freeze(value);
}
