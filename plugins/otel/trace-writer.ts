import type { Envelope, TraceData } from 'ax-autolog/sink';
import type { HeldRoots } from './held-roots.js';
import type { MappingOptions } from './mapping/attributes.js';
import { traceSpanContent } from './mapping/trace-span.js';
import { verdictOf } from './mapping/verdict.js';
import type { AttributeMap, OpenSpan, SpanContent, SpanOutput } from './span.js';

/** The trial, evaluation or compile that a trace belongs to. */
export interface TraceOwner {
  /** Key of the trial or evaluation; `null` if no metric will score the trace. */
  readonly id: string | null;
  /** The span that the trace's root is linked to. */
  readonly span: OpenSpan | null;
  readonly attributes: AttributeMap;
}

/** Output, state and options of {@link writeTrace} and {@link writeVerdict}. */
export interface TraceWriterContext {
  readonly output: SpanOutput;
  readonly held: HeldRoots;
  readonly mapping: MappingOptions;
}

/** Ends the spans of a trace, children first. The root is held if a metric will score the trace. */
export function writeTrace(trace: TraceData, owner: TraceOwner, { output, held, mapping }: TraceWriterContext): void {
  const begun = output.begun(trace);
  const root = trace.spans[0];
  if (begun === null || !root) return;
  const texts = trace.spans.map((span) => traceSpanContent(span, trace, owner.attributes, mapping));
  const spans = openSpans(trace, texts, owner, { output, begun });
  endStrays(begun, new Set(spans), root.startTime + root.durationMs);
  for (let at = trace.spans.length - 1; at >= 0; at -= 1) {
    const span = spans[at];
    const data = trace.spans[at];
    const text = texts[at];
    if (!span || !data || !text) continue;
    span.update(at === 0 ? { ...text, attributes: { ...text.attributes, ...traceAttributes(trace) } } : text);
    if (at > 0) span.end(data.startTime + data.durationMs);
  }
  const span = spans[0];
  if (!span) return;
  if (begun.has(root.spanId) && owner.span) span.link(owner.span);
  const endTime = root.startTime + root.durationMs;
  if (owner.id === null || trace.role !== 'task') span.end(endTime);
  else held.hold({ span, endTime, traceId: trace.traceId, owner: owner.id });
}

/** Writes the metric's score to the root of an example's trace and ends the root. */
export function writeVerdict(
  event: Envelope<'onExampleEnd'>,
  owner: string,
  metric: string | null,
  { held, mapping }: TraceWriterContext,
): void {
  const { traceId } = event.data;
  const root = traceId === undefined ? undefined : held.find(owner, traceId);
  if (!root) return;
  root.span.update(verdictOf(event.data, event.time, metric, mapping));
  held.release(root);
}

/** Returns the span of each member of the trace. A span that has not started yet is started at its recorded time. */
function openSpans(
  trace: TraceData,
  texts: readonly SpanContent[],
  owner: TraceOwner,
  { output, begun }: { readonly output: SpanOutput; readonly begun: ReadonlyMap<string, OpenSpan> },
): readonly OpenSpan[] {
  const byId = new Map<string, OpenSpan>();
  const joins = trace.parentSpanId && { joins: { traceId: trace.traceId, spanId: trace.parentSpanId } };
  return trace.spans.map((data, at) => {
    const root = trace.spans[0];
    const parent = at === 0 ? null : (byId.get(data.parentId ?? '') ?? byId.get(root?.spanId ?? '') ?? null);
    const { name, kind, attributes } = texts[at] as SpanContent;
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

/** Ends the spans that have started but were dropped from the trace because it had too many. */
function endStrays(begun: ReadonlyMap<string, OpenSpan>, recorded: ReadonlySet<OpenSpan>, time: number): void {
  for (const span of [...begun.values()].reverse()) if (!recorded.has(span)) span.end(time);
}

/** Returns the attributes that only the root has, which describe the whole trace. */
function traceAttributes(trace: TraceData): AttributeMap {
  return trace.dropped > 0 ? { 'ax.dropped_spans': trace.dropped } : {};
}
