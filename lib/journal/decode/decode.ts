import { AutologError } from '../../contract/errors.js';
import { type AnyEvent, EVENT_VERSION } from '../../contract/events.js';
import { freezeParsed, parseJson } from '../../contract/schema/bounds.js';
import { type Check, type Fault, membersOf, placeOf } from '../../contract/schema/checks.js';
import { ENVELOPE } from '../../contract/schema/envelope.js';
import { checkOfData } from '../../contract/schema/events.js';
import { received } from '../../support/received.js';
import { MAX_LINE_BYTES } from '../lines.js';
import type { OnProblem } from '../problems.js';
import { BlobReader } from './blob-reader.js';
import { fill, fillLost, type Slot, slotsOf } from './blob-slots.js';

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

/** A line that is not a valid event. */
export class DamagedLine {
  /** What is wrong with the line. */
  readonly why: string;
  /** Whether it may be JSON that was cut off. */
  readonly isNoJson: boolean;

  /** @param why what is wrong with an event. Default: the line is no JSON at all */
  constructor(why?: string) {
    this.why = why ?? 'it holds no JSON object';
    this.isNoJson = why === undefined;
  }
}

/** A line that is too long to be read. */
export const TOO_LONG = new DamagedLine(`it has more than ${MAX_LINE_BYTES} bytes`);

/**
 * Decodes the lines of one run to deep-frozen events, with the values of blobs in place.
 *
 * A line may have been written by anybody. What it returns as an event has exactly the envelope and the data that
 * `lib/contract` declares, besides members and types that this version does not know.
 */
export class EventDecoder {
  readonly #blobs: BlobReader;
  readonly #without: ReadonlySet<string>;
  readonly #loadsBlobs: boolean;
  #lineSize = 0;
  /** The run of the first event. All lines of a journal are of one run. */
  #runId: string | null = null;

  /** @param onProblem called for each blob that cannot be read (`AXL_BLOB_MISSING`) */
  constructor(runDir: string, onProblem: OnProblem, { without = [], blobs = true }: DecodeOptions = {}) {
    this.#blobs = new BlobReader(runDir, onProblem);
    this.#without = new Set(without);
    this.#loadsBlobs = blobs;
  }

  /** Size of everything read so far: characters of lines plus bytes of blobs. */
  get sizeRead(): number {
    return this.#lineSize + this.#blobs.sizeRead;
  }

  /**
   * Decodes a line. Returns a {@link DamagedLine} if it is not a valid event, which the caller reports.
   *
   * @param where location of the line, such as `file:line`, for messages
   * @throws AutologError `AXL_JOURNAL_VERSION` if a newer version of ax-autolog wrote the line
   */
  decode(line: string, where: string): AnyEvent | DamagedLine {
    this.#lineSize += line.length;
    const outline = this.#envelopeOf(line);
    const parsed = membersOf(parseJson(outline ?? line));
    if (parsed === null) return new DamagedLine();
    refuseNewer(parsed.v, where);
    const fault = ENVELOPE.test(parsed) ?? this.#faultOfRun(parsed.runId as string);
    if (fault !== null) return damaged(fault);
    const event = parsed as Record<string, unknown> & { readonly type: string; readonly data: Record<string, unknown> };
    const check = outline === null ? checkOfData(event.type) : null;
    if (parsed.blobs !== undefined) return this.#withBlobs(event, check, where);
    return finished(event, check?.test(event.data) ?? null);
  }

  /** Returns the line with empty data if its type is listed in `without`. */
  #envelopeOf(line: string): string | null {
    if (this.#without.size === 0 || !line.endsWith('}')) return null;
    const [head, type = ''] = HEAD.exec(line.slice(0, MAX_HEAD)) ?? [];
    return head !== undefined && this.#without.has(type) ? `${head}"data":{},"derived":[]}` : null;
  }

  #faultOfRun(runId: string): Fault | null {
    this.#runId ??= runId;
    if (runId === this.#runId) return null;
    return { path: ['runId'], expected: `'${this.#runId}', as in the lines before`, got: runId };
  }

  #withBlobs(
    { blobs, ...event }: Record<string, unknown> & { readonly data: Record<string, unknown> },
    check: Check<unknown> | null,
    where: string,
  ): AnyEvent | DamagedLine {
    const data = event.data as Record<string, unknown>;
    const slots = slotsOf(data, blobs);
    if ('expected' in slots) return damaged(slots);
    // A slot without its value is `undefined`, which every check passes over.
    for (const slot of slots) fill(slot, this.#valueOf(slot, where));
    const fault = within('data', check?.test(data) ?? null);
    if (fault !== null) return damaged(fault);
    for (const slot of slots) {
      if (Reflect.get(slot.holder, slot.name) !== undefined) continue;
      const lost = fillLost(slot, { data, check, inPlace: !this.#loadsBlobs });
      if (lost !== null) return damaged(within('data', lost) as Fault);
    }
    return finished(event, null);
  }

  #valueOf(slot: Slot, where: string): unknown {
    return this.#loadsBlobs ? this.#blobs.read(slot.ref, where, slot.path) : undefined;
  }
}

/** The version counts before anything else: a newer version may write other members. */
function refuseNewer(version: unknown, where: string): void {
  if (typeof version !== 'number' || version <= EVENT_VERSION) return;
  throw new AutologError(
    'AXL_JOURNAL_VERSION',
    `${where} has version ${version}; this ax-autolog reads up to ${EVENT_VERSION}. Update ax-autolog to read it.`,
  );
}

function finished(event: object, faultOfData: Fault | null): AnyEvent | DamagedLine {
  if (faultOfData !== null) return damaged(within('data', faultOfData) as Fault);
  const unfit = freezeParsed(event);
  return unfit === null ? (event as AnyEvent) : new DamagedLine(unfit);
}

function within(name: string, fault: Fault | null): Fault | null {
  fault?.path.push(name);
  return fault;
}

function damaged(fault: Fault): DamagedLine {
  const got = fault.got === undefined ? 'nothing' : received(fault.got);
  return new DamagedLine(`${placeOf(fault)} must be ${fault.expected}, got ${got}`);
}
