import type { Context, Link, Span, Tracer } from '@opentelemetry/api';
import { type BridgedSpan, currentPlace, type SpanStart, type TraceData } from 'ax-autolog/sink';
import type { OpenTelemetryApi } from '../load.js';
import type { MappingOptions } from '../mapping/attributes.js';
import { namingOf, spanName } from '../mapping/names.js';
import { belongingAttributes } from '../mapping/optimization.js';
import { hrTime } from '../output/time.js';
import { type OnProblem, ProviderSpan } from './provider-span.js';

/** A trace whose spans have started and whose `onTraceEnd` has not arrived. */
interface LiveTrace {
  readonly key: string;
  /** In order of start. */
  readonly spans: Map<string, Span>;
  readonly recording: boolean;
}

/** Options of {@link LiveTraces}. */
export interface LiveTracesOptions {
  readonly api: OpenTelemetryApi;
  readonly tracer: () => Tracer;
  readonly mapping: MappingOptions;
  /** Most traces that may be open at once. */
  readonly limit: number;
  readonly onProblem: OnProblem;
  /** Called when there are more than `limit` open traces and the oldest is abandoned. */
  readonly onFull: () => void;
}

/** Most spans of one trace that may be open at once. Further ones are created when the trace ends. */
const MAX_SPANS = 10_000;
/** Most ids of abandoned traces to remember: their `onTraceEnd` may still arrive. */
const MAX_ABANDONED = 10_000;

/** Starts spans in the user's provider when the program's steps start, and keeps them until their trace ends. */
export class LiveTraces {
  readonly #options: LiveTracesOptions;
  /** By id of the root, oldest first. */
  readonly #traces = new Map<string, LiveTrace>();
  readonly #traceOfSpan = new Map<string, LiveTrace>();
  readonly #abandoned = new Set<string>();

  constructor(options: LiveTracesOptions) {
    this.#options = options;
  }

  /** Number of open traces. */
  get size(): number {
    return this.#traces.size;
  }

  /** Starts a span. Returns `undefined` if the provider throws or gives it no valid ids. */
  begin(start: SpanStart): BridgedSpan | undefined {
    try {
      return start.parent === null ? this.#beginRoot(start) : this.#beginChild(start, start.parent);
    } catch (error) {
      this.#options.onProblem(error);
      return undefined;
    }
  }

  /**
   * Removes and returns the spans of a trace that ended, by id. Returns `null` if they were not sampled or have ended
   * already.
   */
  take(trace: TraceData): ReadonlyMap<string, ProviderSpan> | null {
    const root = trace.spans[0];
    const key = keyOf({ traceId: trace.traceId, spanId: root?.spanId ?? '' });
    if (this.#abandoned.delete(key)) return null;
    const live = this.#traces.get(key);
    if (!live) return new Map();
    this.#remove(live);
    if (!live.recording) return null;
    return new Map([...live.spans].map(([id, span]) => [id, this.#wrap(span)]));
  }

  /** Ends all open spans. */
  close(): void {
    for (const live of this.#traces.values()) this.#abandon(live);
  }

  #beginRoot(start: SpanStart): BridgedSpan | undefined {
    const { api, mapping } = this.#options;
    const { role, ...current } = currentPlace();
    const active = api.context.active();
    const spanContext = api.trace.getSpanContext(active);
    const surrounding = spanContext && api.isSpanContextValid(spanContext) ? spanContext : undefined;
    const isPart = current.compileId !== undefined || current.evalId !== undefined;
    const joins = isPart ? undefined : surrounding;
    const links = isPart && surrounding ? [{ context: surrounding }] : [];
    // Calls for reflection and proposals belong to the compile, even if a trial is open at the time.
    const isOfCompile = current.compileId !== undefined && (role === 'reflection' || role === 'proposer');
    const { runId = '', compileId } = current;
    const place = isOfCompile ? { runId, compileId } : { ...current, runId };
    const span = this.#start(start, joins ? active : api.ROOT_CONTEXT, links, belongingAttributes(place, mapping));
    if (!span) return undefined;
    const { traceId, spanId } = span.spanContext();
    this.#add({ key: keyOf({ traceId, spanId }), spans: new Map([[spanId, span]]), recording: span.isRecording() });
    return this.#bridged(span, joins ? { parentSpanId: joins.spanId } : {});
  }

  #beginChild(start: SpanStart, parent: NonNullable<SpanStart['parent']>): BridgedSpan | undefined {
    const { api } = this.#options;
    const live = this.#traceOfSpan.get(keyOf(parent));
    const outer = live?.spans.get(parent.spanId);
    if (!live || !outer || live.spans.size >= MAX_SPANS) return undefined;
    const active = api.context.active();
    // The active span is nearer if the user opened it inside our parent, as in a tool.
    const nests = api.trace.getSpanContext(active)?.traceId === parent.traceId;
    const span = this.#start(start, nests ? active : api.trace.setSpan(active, outer), [], {});
    if (!span) return undefined;
    const { traceId, spanId } = span.spanContext();
    live.spans.set(spanId, span);
    this.#traceOfSpan.set(keyOf({ traceId, spanId }), live);
    return this.#bridged(span, {});
  }

  #start(
    { name, type, startTime }: SpanStart,
    parent: Context,
    links: Link[],
    about: Readonly<Record<string, unknown>>,
  ): Span | undefined {
    const { api, tracer } = this.#options;
    const { operation, kind } = namingOf(type);
    const attributes = { ...about, ...(operation === null ? {} : { 'gen_ai.operation.name': operation }) } as Record<
      string,
      string
    >;
    const span = tracer().startSpan(
      spanName(type, name),
      {
        kind: kind === 'client' ? api.SpanKind.CLIENT : api.SpanKind.INTERNAL,
        startTime: hrTime(startTime),
        attributes,
        links,
      },
      parent,
    );
    return api.isSpanContextValid(span.spanContext()) ? span : undefined;
  }

  #bridged(span: Span, about: { readonly parentSpanId?: string }): BridgedSpan {
    const { api } = this.#options;
    const { traceId, spanId } = span.spanContext();
    return {
      traceId,
      spanId,
      ...about,
      within: (fn) => api.context.with(api.trace.setSpan(api.context.active(), span), fn),
    };
  }

  #add(live: LiveTrace): void {
    this.#traces.set(live.key, live);
    this.#traceOfSpan.set(live.key, live);
    if (this.#traces.size <= this.#options.limit) return;
    const [oldest] = this.#traces.values();
    if (oldest) this.#abandon(oldest);
    this.#options.onFull();
  }

  #remove(live: LiveTrace): void {
    this.#traces.delete(live.key);
    const traceId = live.key.slice(0, 32);
    for (const spanId of live.spans.keys()) this.#traceOfSpan.delete(keyOf({ traceId, spanId }));
  }

  #abandon(live: LiveTrace): void {
    this.#remove(live);
    this.#abandoned.add(live.key);
    if (this.#abandoned.size > MAX_ABANDONED) this.#abandoned.delete(this.#abandoned.keys().next().value ?? '');
    const time = performance.timeOrigin + performance.now();
    for (const span of [...live.spans.values()].reverse()) {
      const open = this.#wrap(span);
      open.update({ attributes: { 'ax.incomplete': true } });
      open.end(time);
    }
  }

  #wrap(span: Span): ProviderSpan {
    return new ProviderSpan(span, this.#options.api, this.#options.onProblem);
  }
}

function keyOf({ traceId, spanId }: { readonly traceId: string; readonly spanId: string }): string {
  return `${traceId}/${spanId}`;
}
