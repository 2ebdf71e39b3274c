import { type SpanIds, VERSION } from 'ax-autolog/sink';
import type { AttributeMap, AttributeValue, OpenSpan, SpanMoment, SpanOpening, SpanOutput, SpanText } from '../span.js';
import type { ExportedResource, ExportedSpan } from './exported-span.js';
import { type HrTime, hrTime } from './time.js';

/** The name under which spans are made, here and in the user's provider. */
export const SCOPE = { name: 'ax-autolog', version: VERSION };

/** Events of one span: a compile of thousands of proposals stays within what a receiver takes. */
const MOST_EVENTS = 1_000;
/** OpenTelemetry's numbers. */
const KIND = { internal: 0, client: 2 };
const STATUS = { unset: 0, error: 2 };
const SAMPLED = 1;

/** Collects ended spans for an exporter. Traces keep the ids of the journal. */
export class ExporterOutput implements SpanOutput {
  readonly #resource: ExportedResource;
  #ended: ExportedSpan[] = [];

  constructor(resource: ExportedResource) {
    this.#resource = resource;
  }

  /** The spans that have ended since, children before their parents. */
  takeEnded(): ExportedSpan[] {
    const ended = this.#ended;
    this.#ended = [];
    return ended;
  }

  begin(opening: SpanOpening): OpenSpan {
    const { parent, joins, ids } = opening;
    const above = parent instanceof CollectedSpan ? parent.ids : (joins ?? null);
    const own = { traceId: above?.traceId ?? ids.traceId, spanId: ids.spanId };
    return new CollectedSpan(opening, own, above, this.#resource, (span) => this.#ended.push(span));
  }

  begun(): ReadonlyMap<string, OpenSpan> {
    return NONE;
  }

  around(): null {
    return null;
  }
}

const NONE: ReadonlyMap<string, OpenSpan> = new Map();

class CollectedSpan implements OpenSpan {
  readonly #opening: SpanOpening;
  readonly #above: SpanIds | null;
  readonly #resource: ExportedResource;
  readonly #onEnd: (span: ExportedSpan) => void;
  readonly #events: ExportedSpan['events'][number][] = [];
  readonly #links: SpanIds[];
  #name: string;
  #attributes: Record<string, AttributeValue>;
  #failure: string | null = null;
  #droppedEvents = 0;

  constructor(
    opening: SpanOpening,
    readonly ids: SpanIds,
    above: SpanIds | null,
    resource: ExportedResource,
    onEnd: (span: ExportedSpan) => void,
  ) {
    this.#opening = opening;
    this.#above = above;
    this.#resource = resource;
    this.#onEnd = onEnd;
    this.#name = opening.name;
    this.#attributes = { ...opening.attributes };
    this.#links = opening.links.flatMap((to) => (to instanceof CollectedSpan ? [to.ids] : []));
  }

  say(text: { readonly attributes: AttributeMap } & Partial<SpanText>): void {
    if (text.name !== undefined) this.#name = text.name;
    this.#attributes = { ...this.#attributes, ...text.attributes };
    for (const moment of text.moments ?? []) this.#add(moment);
    if (typeof text.failure === 'string') this.#failure = text.failure;
  }

  link(to: OpenSpan): void {
    if (to instanceof CollectedSpan) this.#links.push(to.ids);
  }

  end(time: number): void {
    const { kind, startTime } = this.#opening;
    const start = hrTime(startTime);
    const end = later(hrTime(time), start);
    const context = contextOf(this.ids);
    this.#onEnd({
      name: this.#name,
      kind: KIND[kind],
      spanContext: () => context,
      ...(this.#above ? { parentSpanContext: contextOf(this.#above), parentSpanId: this.#above.spanId } : {}),
      startTime: start,
      endTime: end,
      duration: between(start, end),
      ended: true,
      status: this.#failure === null ? { code: STATUS.unset } : { code: STATUS.error, message: this.#failure },
      attributes: this.#attributes,
      links: this.#links.map((ids) => ({ context: contextOf(ids) })),
      events: this.#events,
      resource: this.#resource,
      instrumentationScope: SCOPE,
      instrumentationLibrary: SCOPE,
      droppedAttributesCount: 0,
      droppedEventsCount: this.#droppedEvents,
      droppedLinksCount: 0,
    });
  }

  #add({ name, time, attributes }: SpanMoment): void {
    if (this.#events.length < MOST_EVENTS) this.#events.push({ name, time: hrTime(time), attributes });
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
