import type { AnyEvent, Envelope, Json, JsonObject } from '../contract/events.js';
import { type BlobRef, type BlobStore, LINE_LIMIT, MEMBER_LIMIT } from './blobs.js';

/**
 * The journal line of an event, without its line feed. Big members of big events go to the blob store; the line then
 * has `null` in their place and says where they are in `blobs`. Throws the file system's error if a blob cannot be
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

/** Whether a member of the event was stored before: most events of a run with big datasets hold none of them. */
function holdsKnown(event: AnyEvent, blobs: BlobStore): boolean {
  for (const value of Object.values(event.data as unknown as JsonObject)) {
    if (typeof value !== 'object' || value === null) continue;
    if (blobs.known(value) || (!Array.isArray(value) && Object.values(value).some((inner) => blobs.known(inner)))) {
      return true;
    }
  }
  return false;
}

/** The line with everything in it, for when a blob cannot be written. */
export function encodeWhole(event: AnyEvent): string {
  return JSON.stringify(event);
}

function storeIfBig(value: Json, blobs: BlobStore): BlobRef | undefined {
  const json = JSON.stringify(value);
  return json.length > MEMBER_LIMIT ? blobs.put(value, json) : undefined;
}

/**
 * The event without those members at `data.<a>.<b>` and `data.<a>` for which `refOf` has a blob, or null if there are
 * none. A member moves whole only if nothing in it moved by itself.
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

/** `__proto__` is a name like any other here. */
function put<T>(object: Record<string, T>, key: string, value: T): void {
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}

function mayBeBig(value: Json): boolean {
  return typeof value === 'string' ? value.length > MEMBER_LIMIT / 2 : typeof value === 'object' && value !== null;
}

type Refs = Record<string, BlobRef>;

/** What becomes of a value, and how many characters of it (about) stay in the line. */
type Plan =
  | { readonly goes: 'nowhere'; readonly size: number }
  | { readonly goes: 'whole'; readonly size: number; readonly json: string }
  | { readonly goes: 'in parts'; readonly size: number; readonly parts: ReadonlyMap<string, Plan> };

/**
 * The event with what is big in its spans moved to the blob store: the smallest values of more than 16 Ki characters, so
 * that a prompt which a thousand traces share is stored once; where what is left round them is still that big, all of it.
 * `null` if there is nothing to move. Throws the file system's error.
 */
export function moveInSpans(event: Envelope<'onTraceEnd'>, blobs: BlobStore): object | null {
  const refs: Refs = {};
  const spans = event.data.spans as unknown as Json;
  const rest = move(spans, plan(spans, LINE_LIMIT), 'data.spans', refs, blobs);
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
    if (planned.goes === 'nowhere') continue;
    // A name with a dot in it cannot be expressed in a path.
    if (key.includes('.')) return planWhole(value);
    parts.set(key, planned);
  }
  if (size > limit) return planWhole(value);
  return parts.size === 0 ? small(size) : { goes: 'in parts', size, parts };
}

function planWhole(value: Json): Plan {
  const json = JSON.stringify(value);
  return json.length > MEMBER_LIMIT ? { goes: 'whole', size: 4, json } : small(json.length);
}

function small(size: number): Plan {
  return { goes: 'nowhere', size };
}

function move(value: Json, planned: Plan, path: string, refs: Refs, blobs: BlobStore): Json {
  if (planned.goes === 'nowhere') return value;
  if (planned.goes === 'whole') {
    refs[path] = blobs.known(value) ?? blobs.put(value, planned.json);
    return null;
  }
  const whole = value as { readonly [key: string]: Json };
  const copy = (Array.isArray(value) ? [...value] : { ...whole }) as Record<string, Json>;
  for (const [key, part] of planned.parts) {
    const rest = move(whole[key] as Json, part, `${path}.${key}`, refs, blobs);
    // `__proto__` is a name like any other here.
    Object.defineProperty(copy, key, { value: rest, enumerable: true, configurable: true, writable: true });
  }
  return copy as Json;
}
