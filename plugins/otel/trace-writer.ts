import type { Envelope, TraceData } from 'ax-autolog/sink';
import type { HeldRoots } from './held-roots.js';
import type { MappingOptions } from './mapping/attributes.js';
import { traceSpanText } from './mapping/trace-span.js';
import { verdictOf } from './mapping/verdict.js';
import type { AttributeMap, OpenSpan, SpanOutput, SpanText } from './span.js';

/** What a trace belongs to, as the span of its trial, evaluation or compile knows it. */
export interface TraceOwner {
  /** Names the trial or evaluation; `null` where no metric will judge the trace. */
  readonly id: string | null;
  /** The span that the trace's root is linked to. */
  readonly span: OpenSpan | null;
  readonly attributes: AttributeMap;
}

/** What {@link writeTrace} and {@link writeVerdict} work with. */
export interface TraceSurroundings {
  readonly output: SpanOutput;
  readonly held: HeldRoots;
  readonly mapping: MappingOptions;
}

/** Ends the spans of a trace, children first; its root waits for the verdict where one is to come. */
export function writeTrace(trace: TraceData, owner: TraceOwner, { output, held, mapping }: TraceSurroundings): void {
  const begun = output.begun(trace);
  const root = trace.spans[0];
  if (begun === null || !root) return;
  const texts = trace.spans.map((span) => traceSpanText(span, trace, owner.attributes, mapping));
  const spans = openSpans(trace, texts, owner, { output, begun });
  endStrays(begun, new Set(spans), root.startTime + root.durationMs);
  for (let at = trace.spans.length - 1; at >= 0; at -= 1) {
    const span = spans[at];
    const data = trace.spans[at];
    const text = texts[at];
    if (!span || !data || !text) continue;
    span.say(at === 0 ? { ...text, attributes: { ...text.attributes, ...traceAttributes(trace) } } : text);
    if (at > 0) span.end(data.startTime + data.durationMs);
  }
  const span = spans[0];
  if (!span) return;
  if (begun.has(root.spanId) && owner.span) span.link(owner.span);
  const endTime = root.startTime + root.durationMs;
  if (owner.id === null || trace.role !== 'task') span.end(endTime);
  else held.hold({ span, endTime, traceId: trace.traceId, owner: owner.id });
}

/** Tells the root of an example's trace what the metric said, and ends it. */
export function writeVerdict(
  event: Envelope<'onExampleEnd'>,
  owner: string,
  metric: string | null,
  { held, mapping }: TraceSurroundings,
): void {
  const { traceId } = event.data;
  const root = traceId === undefined ? undefined : held.find(owner, traceId);
  if (!root) return;
  root.span.say(verdictOf(event.data, event.time, metric, mapping));
  held.release(root);
}

/** The span of each member of the trace: as it has begun, else begun at its recorded time. */
function openSpans(
  trace: TraceData,
  texts: readonly SpanText[],
  owner: TraceOwner,
  { output, begun }: { readonly output: SpanOutput; readonly begun: ReadonlyMap<string, OpenSpan> },
): readonly OpenSpan[] {
  const byId = new Map<string, OpenSpan>();
  const joins = trace.parentSpanId && { joins: { traceId: trace.traceId, spanId: trace.parentSpanId } };
  return trace.spans.map((data, at) => {
    const root = trace.spans[0];
    const parent = at === 0 ? null : (byId.get(data.parentId ?? '') ?? byId.get(root?.spanId ?? '') ?? null);
    const { name, kind, attributes } = texts[at] as SpanText;
    const span =
      begun.get(data.spanId) ??
      output.begin({
        ...{ name, kind, attributes, parent, startTime: data.startTime },
        links: at === 0 && owner.span ? [owner.span] : [],
        ids: { traceId: trace.traceId, spanId: data.spanId },
        ...(at === 0 && joins ? joins : {}),
      });
    byId.set(data.spanId, span);
    return span;
  });
}

/** Spans that began and are not in the trace: it had too many. They end before the others do. */
function endStrays(begun: ReadonlyMap<string, OpenSpan>, told: ReadonlySet<OpenSpan>, time: number): void {
  for (const span of [...begun.values()].reverse()) if (!told.has(span)) span.end(time);
}

/** What only the root says: what the whole trace comes to. */
function traceAttributes(trace: TraceData): AttributeMap {
  return trace.dropped > 0 ? { 'ax.dropped_spans': trace.dropped } : {};
}
