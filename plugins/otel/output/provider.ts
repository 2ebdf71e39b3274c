import type { Context, Link, Span, SpanContext, Tracer } from '@opentelemetry/api';
import type { AnyEvent, TraceData } from '../../../lib/contract/events.js';
import type { LiveTraces } from '../live/live-traces.js';
import type { SurroundingSpans } from '../live/surrounding-spans.js';
import type { OpenTelemetryApi } from '../load.js';
import type { OpenSpan, SpanOpening, SpanOutput, SpanText } from '../span.js';
import { hrTime } from './time.js';

/** What the user's provider may throw, said once. */
export type OnProblem = (error: unknown) => void;

/** A span of the user's provider. What the provider throws is reported and goes no further. */
export class ProviderSpan implements OpenSpan {
  readonly #span: Span;
  readonly #api: OpenTelemetryApi;
  readonly #onProblem: OnProblem;

  constructor(span: Span, api: OpenTelemetryApi, onProblem: OnProblem) {
    this.#span = span;
    this.#api = api;
    this.#onProblem = onProblem;
  }

  get context(): SpanContext {
    return this.#span.spanContext();
  }

  /** The span as the current one of `within`. */
  in(within: Context): Context {
    return this.#api.trace.setSpan(within, this.#span);
  }

  say(text: Pick<SpanText, 'attributes'> & Partial<SpanText>): void {
    this.#attempt(() => {
      if (text.name !== undefined) this.#span.updateName(text.name);
      this.#span.setAttributes(mutable(text.attributes));
      for (const { name, time, attributes } of text.moments ?? []) {
        this.#span.addEvent(name, mutable(attributes), hrTime(time));
      }
      if (typeof text.failure !== 'string') return;
      this.#span.setStatus({ code: this.#api.SpanStatusCode.ERROR, message: text.failure });
    });
  }

  link(to: OpenSpan): void {
    this.#attempt(() => {
      const [link] = linksTo(to, this.#api);
      if (link) this.#span.addLink(link);
    });
  }

  end(time: number): void {
    this.#attempt(() => this.#span.end(hrTime(time)));
  }

  #attempt(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#onProblem(error);
    }
  }
}

/** Writes spans through the user's TracerProvider: ids, sampling, processors and exporters are all the user's. */
export class ProviderOutput implements SpanOutput {
  readonly #api: OpenTelemetryApi;
  readonly #tracer: () => Tracer;
  readonly #live: LiveTraces;
  readonly #around: SurroundingSpans;
  readonly #onProblem: OnProblem;

  constructor(
    api: OpenTelemetryApi,
    tracer: () => Tracer,
    seen: { readonly live: LiveTraces; readonly around: SurroundingSpans },
    onProblem: OnProblem,
  ) {
    this.#api = api;
    this.#tracer = tracer;
    this.#live = seen.live;
    this.#around = seen.around;
    this.#onProblem = onProblem;
  }

  begin(opening: SpanOpening): OpenSpan {
    const { ROOT_CONTEXT, SpanKind } = this.#api;
    const { name, kind, startTime, attributes, parent, links, joins } = opening;
    const joined: Link[] = joins ? [{ context: { ...joins, traceFlags: 1, isRemote: true } }] : [];
    try {
      const span = this.#tracer().startSpan(
        name,
        {
          kind: kind === 'client' ? SpanKind.CLIENT : SpanKind.INTERNAL,
          startTime: hrTime(startTime),
          attributes: mutable(attributes),
          links: [...links.flatMap((to) => linksTo(to, this.#api)), ...joined],
        },
        parent instanceof ProviderSpan ? parent.in(ROOT_CONTEXT) : ROOT_CONTEXT,
      );
      return new ProviderSpan(span, this.#api, this.#onProblem);
    } catch (error) {
      this.#onProblem(error);
      return NO_SPAN;
    }
  }

  begun(trace: TraceData): ReadonlyMap<string, OpenSpan> | null {
    return this.#live.take(trace);
  }

  around(event: AnyEvent): OpenSpan | null {
    const context = this.#around.take(event);
    if (!context) return null;
    return new ProviderSpan(this.#api.trace.wrapSpanContext(context), this.#api, this.#onProblem);
  }
}

/** Stands for a span that could not begin. */
const NO_SPAN: OpenSpan = { say: () => undefined, link: () => undefined, end: () => undefined };

function linksTo(to: OpenSpan, api: OpenTelemetryApi): Link[] {
  return to instanceof ProviderSpan && api.isSpanContextValid(to.context) ? [{ context: to.context }] : [];
}

function mutable(attributes: SpanText['attributes']): Record<string, string | number | boolean | string[]> {
  return Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => [key, typeof value === 'object' ? [...value] : value]),
  );
}
