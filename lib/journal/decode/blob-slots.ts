import { type Check, type Fault, type Field, membersOf } from '../../contract/schema/checks.js';
import type { BlobRef } from '../blobs.js';

/** More blobs than the writer makes of one event: each takes at least 16 Ki characters of at most 512 Mi. */
const MAX_BLOBS = 65_536;
/** Longest path of a blob in names. The writer's snapshots have 64 levels, and may hold others. */
const MAX_PATH = 512;

/** Place in an event of a value that is stored in a blob. */
export interface Slot {
  /** Place as the line names it, e.g. `data.trainset.examples`. */
  readonly path: string;
  /** Names that lead from the data to the value. */
  readonly names: readonly string[];
  readonly ref: BlobRef;
  /** The object or array that holds the value, and its name there. */
  readonly holder: object;
  readonly name: string;
}

/** Returns the places of the blobs that a line names, or the first fault of the list. */
export function slotsOf(data: Record<string, unknown>, blobs: unknown): readonly Slot[] | Fault {
  const refs = membersOf(blobs);
  if (refs === null) return { path: ['blobs'], expected: 'an object', got: blobs };
  const paths = Object.keys(refs);
  if (paths.length > MAX_BLOBS) return { path: ['blobs'], expected: `at most ${MAX_BLOBS} blobs`, got: paths.length };
  const slots: Slot[] = [];
  for (const path of paths) {
    const ref = refs[path];
    if (!isBlobRef(ref)) return { path: [path, 'blobs'], expected: 'the SHA-256 and size of a blob', got: ref };
    const slot = slotAt(data, path, ref);
    if (slot === null) return { path: ['blobs'], expected: 'places in the data that are null', got: path };
    slots.push(slot);
  }
  return slots;
}

/**
 * The writer leaves `null` at the place. A member of an object may have dots in its name, so all that follows the first
 * name is one name there. In arrays, which only traces have there, each dot separates two names.
 */
function slotAt(data: Record<string, unknown>, path: string, ref: BlobRef): Slot | null {
  const [root, first, ...rest] = path.split('.');
  if (root !== 'data' || first === undefined || rest.length > MAX_PATH) return null;
  const inner = rest.length > 0 && Object.hasOwn(data, first) ? data[first] : undefined;
  const names = membersOf(inner) ? [first, rest.join('.')] : [first, ...rest];
  let holder: unknown = data;
  for (const name of names.slice(0, -1)) holder = ownMember(holder, name);
  const name = names.at(-1) as string;
  if (typeof holder !== 'object' || holder === null || ownMember(holder, name) !== null) return null;
  return { path, names, ref, holder, name };
}

function ownMember(holder: unknown, name: string): unknown {
  return typeof holder === 'object' && holder !== null && Object.hasOwn(holder, name)
    ? Reflect.get(holder, name)
    : undefined;
}

function isBlobRef(value: unknown): value is BlobRef {
  const { sha256, bytes } = membersOf(value) ?? {};
  return typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256) && Number.isSafeInteger(bytes);
}

/** Puts a value at a place. A plain assignment to `__proto__` would set the prototype. */
export function fill({ holder, name }: Pick<Slot, 'holder' | 'name'>, value: unknown): void {
  Object.defineProperty(holder, name, { value, enumerable: true, configurable: true, writable: true });
}

/**
 * Puts something at the place of a value that is not there, by the check of the data: `null` if the value may be that,
 * else an empty text, list or object; if it may be none of these, `null` at the place of what holds it.
 *
 * @param check check of the data; `null` if the type of the event is not known
 * @param inPlace whether `null` stands at its own place even if it may not be that
 * @returns the fault if nothing may stand there, e.g. for a number, which is never stored in a blob
 */
export function fillLost(
  slot: Slot,
  {
    data,
    check,
    inPlace,
  }: {
    readonly data: Record<string, unknown>;
    readonly check: Check<unknown> | null;
    readonly inPlace: boolean;
  },
): Fault | null {
  const steps = stepsTo(slot, data, check);
  if (steps === null) {
    fill(slot, null);
    return null;
  }
  for (const { holder, name, check } of steps.reverse()) {
    if (check.lost === undefined) break;
    if (check.lost === null && !inPlace && check.test(null) !== null) continue;
    fill({ holder, name }, check.lost);
    return null;
  }
  const expected = steps.at(0)?.check.expected ?? 'a value';
  return { path: [...slot.names].reverse(), expected, got: 'a blob that cannot be read' };
}

interface Step extends Pick<Slot, 'holder' | 'name'> {
  readonly check: Check<unknown>;
}

/** Returns the checks along the path to the value; `null` if it is in a part that may hold anything. */
function stepsTo({ names }: Slot, data: Record<string, unknown>, check: Check<unknown> | null): Step[] | null {
  const steps: Step[] = [];
  let holder: unknown = data;
  let at = check;
  for (const name of names) {
    const next: Field<unknown> | undefined = memberOf(at, holder, name);
    if (next === undefined || typeof holder !== 'object' || holder === null) return null;
    at = 'optional' in next ? next.optional : next;
    steps.push({ holder, name, check: at });
    holder = ownMember(holder, name);
  }
  return steps;
}

function memberOf(check: Check<unknown> | null, holder: unknown, name: string): Field<unknown> | undefined {
  const kind = check?.variants && membersOf(holder)?.kind;
  const variants = check?.variants;
  const own = variants && typeof kind === 'string' && Object.hasOwn(variants, kind) ? variants[kind] : check;
  const fields = own?.fields;
  return fields && Object.hasOwn(fields, name) ? fields[name] : own?.item;
}
