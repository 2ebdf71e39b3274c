import type { Context, Link, Span, Tracer } from '@opentelemetry/api';
import { type BridgedSpan, currentPlace, type SpanStart, type TraceData } from 'ax-autolog/sink';
import type { OpenTelemetryApi } from '../load.js';
import type { MappingOptions } from '../mapping/attributes.js';
import { namingOf, spanName } from '../mapping/names.js';
import { belongingAttributes } from '../mapping/optimization.js';
import { hrTime } from '../output/time.js';
import { type OnProblem, ProviderSpan } from './provider-span.js';

/** A trace whose spans have begun and whose event has not come. */
interface LiveTrace {
  readonly key: string;
  /** In order of start. */
  readonly spans: Map<string, Span>;
  readonly recording: boolean;
}

/** What {@link LiveTraces} works with. */
export interface LiveSurroundings {
  readonly api: OpenTelemetryApi;
  readonly tracer: () => Tracer;
  readonly mapping: MappingOptions;
  /** Traces that may be open at once. */
  readonly limit: number;
  readonly onProblem: OnProblem;
  /** Told when there are more than that, and the oldest is given up. */
  readonly onFull: () => void;
}

/** Spans of one trace that may be open at once: past that they are made when the trace is told. */
const MOST_SPANS = 10_000;
/** Ids of traces that were given up and might still be told. */
const MOST_GIVEN_UP = 10_000;

/** The spans that have begun in the user's provider at the moment the program's steps began. */
export class LiveTraces {
  readonly #with: LiveSurroundings;
  /** By id of the root, oldest first. */
  readonly #traces = new Map<string, LiveTrace>();
  readonly #traceOfSpan = new Map<string, LiveTrace>();
  readonly #givenUp = new Set<string>();

  constructor(untracked: LiveSurroundings) {
    this.#with = untracked;
  }

  /** Traces that are open. */
  get size(): number {
    return this.#traces.size;
  }

  /** Begins a span where it begins. `undefined` where the provider gives it no ids, or throws. */
  begin(start: SpanStart): BridgedSpan | undefined {
    try {
      return start.parent === null ? this.#beginRoot(start) : this.#beginChild(start, start.parent);
    } catch (error) {
      this.#with.onProblem(error);
      return undefined;
    }
  }

  /** The spans of a trace that is told, which are no longer kept; `null` where they were not sampled or are over. */
  take(trace: TraceData): ReadonlyMap<string, ProviderSpan> | null {
    const root = trace.spans[0];
    const key = keyOf({ traceId: trace.traceId, spanId: root?.spanId ?? '' });
    if (this.#givenUp.delete(key)) return null;
    const live = this.#traces.get(key);
    if (!live) return new Map();
    this.#remove(live);
    if (!live.recording) return null;
    return new Map([...live.spans].map(([id, span]) => [id, this.#wrap(span)]));
  }

  /** Ends all that is open. */
  close(): void {
    for (const live of this.#traces.values()) this.#giveUp(live);
  }

  #beginRoot(start: SpanStart): BridgedSpan | undefined {
    const { api, mapping } = this.#with;
    const { role, ...current } = currentPlace();
    const active = api.context.active();
    const spanContext = api.trace.getSpanContext(active);
    const surrounding = spanContext && api.isSpanContextValid(spanContext) ? spanContext : undefined;
    const isPart = current.compileId !== undefined || current.evalId !== undefined;
    const joins = isPart ? undefined : surrounding;
    const links = isPart && surrounding ? [{ context: surrounding }] : [];
    // What a compile reflects on or proposes is the compile's, whichever trial is open meanwhile.
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
    const { api } = this.#with;
    const live = this.#traceOfSpan.get(keyOf(parent));
    const outer = live?.spans.get(parent.spanId);
    if (!live || !outer || live.spans.size >= MOST_SPANS) return undefined;
    const active = api.context.active();
    // A span of the user's in which our parent is, such as one opened in a tool, is the nearer parent.
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
    const { api, tracer } = this.#with;
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
    const { api } = this.#with;
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
    if (this.#traces.size <= this.#with.limit) return;
    const [oldest] = this.#traces.values();
    if (oldest) this.#giveUp(oldest);
    this.#with.onFull();
  }

  #remove(live: LiveTrace): void {
    this.#traces.delete(live.key);
    const traceId = live.key.slice(0, 32);
    for (const spanId of live.spans.keys()) this.#traceOfSpan.delete(keyOf({ traceId, spanId }));
  }

  #giveUp(live: LiveTrace): void {
    this.#remove(live);
    this.#givenUp.add(live.key);
    if (this.#givenUp.size > MOST_GIVEN_UP) this.#givenUp.delete(this.#givenUp.keys().next().value ?? '');
    const time = performance.timeOrigin + performance.now();
    for (const span of [...live.spans.values()].reverse()) {
      const open = this.#wrap(span);
      open.say({ attributes: { 'ax.incomplete': true } });
      open.end(time);
    }
  }

  #wrap(span: Span): ProviderSpan {
    return new ProviderSpan(span, this.#with.api, this.#with.onProblem);
  }
}

function keyOf({ traceId, spanId }: { readonly traceId: string; readonly spanId: string }): string {
  return `${traceId}/${spanId}`;
}
