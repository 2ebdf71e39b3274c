import { createHash } from 'node:crypto';
import type { Loose } from './base-journals.js';
import { HOSTILE_NAMES, hostileValue, withRaw } from './hostile-values.js';
import type { Random } from './random.js';

/** Files of the folder `blobs`, by name. */
export type Blobs = Map<string, string>;

const PATHS: readonly string[] = [
  'data.__proto__.polluted',
  'data.__proto__',
  'data.constructor.prototype.polluted',
  'data.spans.0.__proto__.polluted',
  'data.spans.__proto__.polluted',
  'data.spans.length',
  'data.spans.4294967290',
  'data.spans.-1.inputs',
  'data.spans.0.attributes.__proto__.polluted',
  'data.exampleScores.4294967290',
  'data.texts.toString',
  'data.candidate.texts.__proto__',
  'data.toString',
  '__proto__.polluted',
  'constructor.prototype.polluted',
  'runId',
  'writer',
  'data',
  'data.',
  '',
  '.',
  'data..x',
];

/** Moves members of events into blobs: rightly, at odd paths, with contents that are missing, changed or no JSON. */
export function addBlobs(events: readonly Loose[], random: Random): Blobs {
  const blobs: Blobs = new Map();
  if (events.length === 0) return blobs;
  for (let left = 1 + random.below(3); left > 0; left -= 1) {
    const event = random.pick(events);
    const known = event.blobs;
    const refs = (typeof known === 'object' && known !== null ? known : {}) as Loose;
    if (random.chance(0.4)) moveOut(event, refs, { blobs, random });
    else put(refs, random.pick(PATHS), oddRef({ blobs, random }));
    event.blobs = random.chance(0.05) ? hostileValue(random) : refs;
  }
  return blobs;
}

interface Made {
  readonly blobs: Blobs;
  readonly random: Random;
}

/** As the writer does it. */
function moveOut(event: Loose, refs: Loose, { blobs, random }: Made): void {
  const data = event.data;
  if (typeof data !== 'object' || data === null) return;
  const keys = Object.keys(data);
  if (keys.length === 0) return;
  const key = random.pick(keys);
  const content = JSON.stringify((data as Loose)[key]) ?? 'null';
  put(refs, `data.${key}`, stored(content, blobs));
  put(data as Loose, key, null);
}

function oddRef({ blobs, random }: Made): unknown {
  const right = stored(withRaw(JSON.stringify(hostileValue(random))), blobs);
  return random.pick<() => unknown>([
    () => right,
    () => right,
    () => stored('"POLLUTED"', blobs),
    () => stored('{"__proto__":{"polluted":1}}', blobs),
    () => stored('{', blobs),
    () => stored('', blobs),
    () => stored(`${'['.repeat(50_000)}${']'.repeat(50_000)}`, blobs),
    () => ({ ...right, bytes: 1e300 }),
    () => ({ sha256: 'f'.repeat(64), bytes: 1 }),
    () => changed(right.sha256, blobs),
    () => ({ sha256: random.pick(HOSTILE_NAMES), bytes: 1 }),
    () => ({ sha256: `../../../${'f'.repeat(55)}`, bytes: 1 }),
    () => hostileValue(random),
  ])();
}

function stored(content: string, blobs: Blobs): { readonly sha256: string; readonly bytes: number } {
  const sha256 = createHash('sha256').update(content).digest('hex');
  blobs.set(`${sha256}.json`, content);
  return { sha256, bytes: Buffer.byteLength(content) };
}

function changed(sha256: string, blobs: Blobs): unknown {
  blobs.set(`${sha256}.json`, '"changed"');
  return { sha256, bytes: 9 };
}

function put(holder: Loose, key: string, value: unknown): void {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}
