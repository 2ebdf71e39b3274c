import type { AnyEvent, Envelope, Json, JsonObject } from '../contract/events.js';
import { type BlobRef, type BlobStore, LINE_LIMIT, MEMBER_LIMIT } from './blobs.js';

/**
 * Returns the journal line of an event, without its line feed. Big members of a big event are moved to the blob store: the
 * line then has `null` in their place and lists them in `blobs`. Throws the file system's error if a blob cannot be
 * written.
 */
export function encodeEvent(event: AnyEvent, blobs: BlobStore): string {
  const known = blobs.isEmpty || !holdsKnown(event, blobs) ? null : moveMembers(event, (value) => blobs.known(value));
  const line = JSON.stringify(known ?? event);
  if (line.length <= LINE_LIMIT) return line;
  const moved =
    event.type === 'onTraceEnd'
      ? moveInSpans(event, blobs)
      : moveMembers(event, (value) => blobs.known(value) ?? storeIfBig(value, blobs));
  return moved ? JSON.stringify(moved) : line;
}

/** A cheap test, because most events hold no value that was stored before. */
function holdsKnown(event: AnyEvent, blobs: BlobStore): boolean {
  for (const value of Object.values(event.data as unknown as JsonObject)) {
    if (typeof value !== 'object' || value === null) continue;
    if (blobs.known(value) || (!Array.isArray(value) && Object.values(value).some((inner) => blobs.known(inner)))) {
      return true;
    }
  }
  return false;
}

/** Returns the journal line of an event without blobs, for when a blob cannot be written. */
export function encodeWhole(event: AnyEvent): string {
  return JSON.stringify(event);
}

function storeIfBig(value: Json, blobs: BlobStore): BlobRef | undefined {
  const json = JSON.stringify(value);
  return json.length > MEMBER_LIMIT ? blobs.put(value, json) : undefined;
}

/**
 * Returns the event without those members at `data.<a>.<b>` and `data.<a>` for which `refOf` returns a blob, or `null` if
 * there are none. A member is moved as a whole only if none of its own members was moved.
 */
function moveMembers(event: AnyEvent, refOf: (value: Json) => BlobRef | undefined): object | null {
  const refs: Record<string, BlobRef> = {};
  const data = event.data as unknown as JsonObject;
  const rest: Record<string, Json> = {};
  for (const a of Object.keys(data)) {
    const value = data[a] as Json;
    put(rest, a, a.includes('.') || !mayBeBig(value) ? value : moveMember(a, value, refs, refOf));
  }
  return Object.keys(refs).length === 0 ? null : { ...event, data: rest, blobs: refs };
}

function moveMember(
  a: string,
  value: Json,
  refs: Record<string, BlobRef>,
  refOf: (value: Json) => BlobRef | undefined,
): Json {
  let rest: Record<string, Json> | null = null;
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const object = value as JsonObject;
    for (const b of Object.keys(object)) {
      const inner = object[b] as Json;
      const ref = mayBeBig(inner) ? refOf(inner) : undefined;
      if (!ref) continue;
      rest ??= copyOf(object);
      put(rest, b, null);
      put(refs, `data.${a}.${b}`, ref);
    }
  }
  if (rest) return rest;
  const ref = refOf(value);
  if (!ref) return value;
  put(refs, `data.${a}`, ref);
  return null;
}

function copyOf(object: JsonObject): Record<string, Json> {
  const copy: Record<string, Json> = {};
  for (const key of Object.keys(object)) put(copy, key, object[key] as Json);
  return copy;
}

/** A plain assignment to `__proto__` would set the prototype. */
function put<T>(object: Record<string, T>, key: string, value: T): void {
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}

function mayBeBig(value: Json): boolean {
  return typeof value === 'string' ? value.length > MEMBER_LIMIT / 2 : typeof value === 'object' && value !== null;
}

interface Moved {
  readonly blobs: BlobStore;
  readonly refs: Record<string, BlobRef>;
}

/** How a value is stored, and about how many characters of it stay in the line. */
type Plan =
  | { readonly moves: 'nothing'; readonly size: number }
  | { readonly moves: 'all'; readonly size: number; readonly json: string }
  | { readonly moves: 'parts'; readonly size: number; readonly parts: ReadonlyMap<string, Plan> };

/**
 * Moves big values of a trace's spans to the blob store. It moves the smallest values of more than 16 Ki characters, so
 * that a prompt which a thousand traces share is stored once. If the rest of their parent is still that big, it moves the
 * whole parent. Returns `null` if there is nothing to move. Throws the file system's errors.
 */
function moveInSpans(event: Envelope<'onTraceEnd'>, blobs: BlobStore): object | null {
  const moved: Moved = { blobs, refs: {} };
  const spans = event.data.spans as unknown as Json;
  const rest = move(spans, plan(spans, LINE_LIMIT), 'data.spans', moved);
  const { refs } = moved;
  return Object.keys(refs).length === 0 ? null : { ...event, data: { ...event.data, spans: rest }, blobs: refs };
}

function plan(value: Json, limit: number): Plan {
  if (typeof value === 'string') return value.length > MEMBER_LIMIT / 2 ? planWhole(value) : small(value.length + 2);
  if (typeof value !== 'object' || value === null) return small(8);
  const parts = new Map<string, Plan>();
  let size = 2;
  for (const [key, item] of Object.entries(value as { readonly [key: string]: Json })) {
    const planned = plan(item, MEMBER_LIMIT);
    size += key.length + 4 + planned.size;
    if (planned.moves === 'nothing') continue;
    // A path cannot express a key that contains a dot.
    if (key.includes('.')) return planWhole(value);
    parts.set(key, planned);
  }
  if (size > limit) return planWhole(value);
  return parts.size === 0 ? small(size) : { moves: 'parts', size, parts };
}

function planWhole(value: Json): Plan {
  const json = JSON.stringify(value);
  return json.length > MEMBER_LIMIT ? { moves: 'all', size: 4, json } : small(json.length);
}

function small(size: number): Plan {
  return { moves: 'nothing', size };
}

function move(value: Json, planned: Plan, path: string, moved: Moved): Json {
  if (planned.moves === 'nothing') return value;
  if (planned.moves === 'all') {
    moved.refs[path] = moved.blobs.known(value) ?? moved.blobs.put(value, planned.json);
    return null;
  }
  const whole = value as { readonly [key: string]: Json };
  const copy = (Array.isArray(value) ? [...value] : { ...whole }) as Record<string, Json>;
  for (const [key, part] of planned.parts) {
    put(copy, key, move(whole[key] as Json, part, `${path}.${key}`, moved));
  }
  return copy as Json;
}
