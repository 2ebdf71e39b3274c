import type { AnyEvent, EventData, SpanData } from '../../../../lib/contract/events.js';
import { only, tracked } from './tracked.js';

type Trace = EventData['onTraceEnd'];

/** The traces among events. */
export function tracesOf(events: readonly AnyEvent[]): Trace[] {
  return only(events, 'onTraceEnd').map(({ data }) => data);
}

/** The traces of what `fn` does. */
export async function traced(fn: () => Promise<unknown>): Promise<Trace[]> {
  return tracesOf(await tracked(fn));
}

/** A trace as indented lines of type, name and, unless it is `finished`, status. */
export function outline(trace: Trace): string[] {
  const depths = new Map<string | null, number>([[null, -1]]);
  return trace.spans.map(({ spanId, parentId, type, name, status }) => {
    const depth = (depths.get(parentId) ?? Number.NaN) + 1;
    depths.set(spanId, depth);
    return `${'  '.repeat(depth)}${type} ${name}${status === 'finished' ? '' : ` (${status})`}`;
  });
}

/** The spans of one type. */
export function spansOf(trace: Trace | undefined, type: SpanData['type']): SpanData[] {
  return trace?.spans.filter((span) => span.type === type) ?? [];
}
