import type { SpanData, TraceData } from 'ax-autolog/analysis';

/** A span with its depth in the tree and its place in time. */
export interface SpanRow {
  readonly span: SpanData;
  readonly depth: number;
  /** Per cent of the trace's time. */
  readonly left: number;
  readonly width: number;
}

/** The spans of a trace, each below its parent; those whose parent is not there stand at the top. */
export function spanRows({ spans, startTime, durationMs }: TraceData): readonly SpanRow[] {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const children = new Map<string | null, SpanData[]>();
  for (const span of spans) {
    const parent =
      span.parentId !== null && ids.has(span.parentId) && span.parentId !== span.spanId ? span.parentId : null;
    const known = children.get(parent);
    if (known) known.push(span);
    else children.set(parent, [span]);
  }
  const all = Math.max(durationMs, 0.001);
  const rows: SpanRow[] = [];
  const waiting = [...(children.get(null) ?? [])].reverse().map((span) => ({ span, depth: 0 }));
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { span, depth } = next;
    const left = Math.min(100, Math.max(0, ((span.startTime - startTime) / all) * 100));
    rows.push({ span, depth, left, width: Math.max(0.5, Math.min(100 - left, (span.durationMs / all) * 100)) });
    const below = [...(children.get(span.spanId) ?? [])].reverse();
    children.delete(span.spanId);
    waiting.push(...below.map((child) => ({ span: child, depth: depth + 1 })));
  }
  return rows;
}
