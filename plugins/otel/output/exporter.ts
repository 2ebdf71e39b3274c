import { type SpanIds, VERSION } from 'ax-autolog/sink';
import type {
  AttributeMap,
  AttributeValue,
  OpenSpan,
  SpanContent,
  SpanEvent,
  SpanOpening,
  SpanOutput,
} from '../span.js';
import type { ExportedResource, ExportedSpan } from './exported-span.js';
import { type HrTime, hrTime } from './time.js';

/** Instrumentation scope of all spans, exported here or by the user's provider. */
export const SCOPE = { name: 'ax-autolog', version: VERSION };

/** Most events of one span, so that receivers accept a compile with thousands of proposals. */
const MAX_EVENTS = 1_000;
/** OpenTelemetry's numeric constants. */
const KIND = { internal: 0, client: 2 };
const STATUS = { unset: 0, error: 2 };
const SAMPLED = 1;

/** Collects ended spans for an exporter. Spans keep the ids of the journal. */
export class ExporterOutput implements SpanOutput {
  readonly #resource: ExportedResource;
  #ended: ExportedSpan[] = [];

  constructor(resource: ExportedResource) {
    this.#resource = resource;
  }

  /** Removes and returns the spans that have ended, children before their parents. */
  takeEnded(): ExportedSpan[] {
    const ended = this.#ended;
    this.#ended = [];
    return ended;
  }

  begin(opening: SpanOpening): OpenSpan {
    const { parent, joins, ids } = opening;
    const parentIds = parent instanceof CollectedSpan ? parent.ids : (joins ?? null);
    return new CollectedSpan({
      opening,
      ids: { traceId: parentIds?.traceId ?? ids.traceId, spanId: ids.spanId },
      parentIds,
      resource: this.#resource,
      onEnd: (span) => this.#ended.push(span),
    });
  }

  begun(): ReadonlyMap<string, OpenSpan> {
    return NONE;
  }

  surrounding(): null {
    return null;
  }
}

const NONE: ReadonlyMap<string, OpenSpan> = new Map();

interface CollectedSpanInit {
  readonly opening: SpanOpening;
  readonly ids: SpanIds;
  readonly parentIds: SpanIds | null;
  readonly resource: ExportedResource;
  readonly onEnd: (span: ExportedSpan) => void;
}

class CollectedSpan implements OpenSpan {
  readonly ids: SpanIds;
  readonly #init: CollectedSpanInit;
  readonly #events: ExportedSpan['events'][number][] = [];
  readonly #links: SpanIds[];
  #name: string;
  #attributes: Record<string, AttributeValue>;
  #failure: string | null = null;
  #droppedEvents = 0;

  constructor(init: CollectedSpanInit) {
    const { opening, ids } = init;
    this.ids = ids;
    this.#init = init;
    this.#name = opening.name;
    this.#attributes = { ...opening.attributes };
    this.#links = opening.links.flatMap((to) => (to instanceof CollectedSpan ? [to.ids] : []));
  }

  update(text: { readonly attributes: AttributeMap } & Partial<SpanContent>): void {
    if (text.name !== undefined) this.#name = text.name;
    this.#attributes = { ...this.#attributes, ...text.attributes };
    for (const moment of text.events ?? []) this.#add(moment);
    if (typeof text.failure === 'string') this.#failure = text.failure;
  }

  link(to: OpenSpan): void {
    if (to instanceof CollectedSpan) this.#links.push(to.ids);
  }

  end(time: number): void {
    const { opening, parentIds, resource, onEnd } = this.#init;
    const { kind, startTime } = opening;
    const start = hrTime(startTime);
    const end = later(hrTime(time), start);
    const context = contextOf(this.ids);
    onEnd({
      name: this.#name,
      kind: KIND[kind],
      spanContext: () => context,
      ...(parentIds ? { parentSpanContext: contextOf(parentIds), parentSpanId: parentIds.spanId } : {}),
      startTime: start,
      endTime: end,
      duration: between(start, end),
      ended: true,
      status: this.#failure === null ? { code: STATUS.unset } : { code: STATUS.error, message: this.#failure },
      attributes: this.#attributes,
      links: this.#links.map((ids) => ({ context: contextOf(ids) })),
      events: this.#events,
      resource,
      instrumentationScope: SCOPE,
      instrumentationLibrary: SCOPE,
      droppedAttributesCount: 0,
      droppedEventsCount: this.#droppedEvents,
      droppedLinksCount: 0,
    });
  }

  #add({ name, time, attributes }: SpanEvent): void {
    if (this.#events.length < MAX_EVENTS) this.#events.push({ name, time: hrTime(time), attributes });
    else this.#droppedEvents += 1;
  }
}

function contextOf(ids: SpanIds) {
  return { ...ids, traceFlags: SAMPLED };
}

function later(time: HrTime, than: HrTime): HrTime {
  return time[0] > than[0] || (time[0] === than[0] && time[1] > than[1]) ? time : than;
}

function between([seconds, nanos]: HrTime, [endSeconds, endNanos]: HrTime): HrTime {
  const difference = endNanos - nanos;
  return difference < 0 ? [endSeconds - seconds - 1, difference + 1e9] : [endSeconds - seconds, difference];
}
