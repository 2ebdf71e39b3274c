import type { Envelope, Json } from '../contract/events.js';
import { type BlobRef, type BlobStore, LINE_LIMIT, MEMBER_LIMIT } from './blobs.js';

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
    // A name with a dot in it cannot be told in a path.
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
