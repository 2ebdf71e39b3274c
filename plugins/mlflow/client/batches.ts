import { MAX_BATCH_BYTES, MAX_ENTITIES, MAX_METRICS, MAX_PARAMS, MAX_TAGS } from '../limits.js';
import type { KeyValue, Metric, RunData } from './types.js';

interface Draft {
  readonly metrics: Metric[];
  readonly params: KeyValue[];
  readonly tags: KeyValue[];
  bytes: number;
}

/** Splits data of a run into as few `log-batch` calls as the server's limits allow; none if there is no data. */
export function splitBatches({ metrics, params, tags }: RunData): readonly RunData[] {
  const drafts: Draft[] = [];
  place(params, 'params', MAX_PARAMS, drafts);
  place(tags, 'tags', MAX_TAGS, drafts);
  place(metrics, 'metrics', MAX_METRICS, drafts);
  return drafts.map(({ bytes: _bytes, ...batch }) => batch);
}

/** Puts each item into a batch with room for it, beginning at the last one used. */
function place<K extends keyof RunData>(items: RunData[K], kind: K, limit: number, drafts: Draft[]): void {
  let at = 0;
  for (const item of items) {
    const bytes = Buffer.byteLength(JSON.stringify(item)) + 1;
    while (!hasRoom(drafts[at], kind, limit, bytes)) at += 1;
    const draft = drafts[at] ?? { metrics: [], params: [], tags: [], bytes: 0 };
    if (at === drafts.length) drafts.push(draft);
    (draft[kind] as (Metric | KeyValue)[]).push(item);
    draft.bytes += bytes;
  }
}

function hasRoom(draft: Draft | undefined, kind: keyof RunData, limit: number, bytes: number): boolean {
  if (!draft) return true;
  const entities = draft.metrics.length + draft.params.length + draft.tags.length;
  return draft[kind].length < limit && entities < MAX_ENTITIES && draft.bytes + bytes <= MAX_BATCH_BYTES;
}

/** Returns the number of metrics, params and tags. */
export function sizeOf({ metrics, params, tags }: RunData): number {
  return metrics.length + params.length + tags.length;
}

/** Splits a batch of at least two entries into halves. */
export function halves({ metrics, params, tags }: RunData): readonly [RunData, RunData] {
  const all = [
    ...params.map((param) => ({ params: [param] })),
    ...tags.map((tag) => ({ tags: [tag] })),
    ...metrics.map((metric) => ({ metrics: [metric] })),
  ] as readonly Partial<RunData>[];
  const middle = Math.ceil(all.length / 2);
  return [joined(all.slice(0, middle)), joined(all.slice(middle))];
}

function joined(parts: readonly Partial<RunData>[]): RunData {
  return {
    metrics: parts.flatMap(({ metrics }) => metrics ?? []),
    params: parts.flatMap(({ params }) => params ?? []),
    tags: parts.flatMap(({ tags }) => tags ?? []),
  };
}
