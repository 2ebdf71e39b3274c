import type { Link, Tracer } from '@opentelemetry/api';
import type { AnyEvent, TraceData } from 'ax-autolog/sink';
import type { OpenTelemetryApi } from '../load.js';
import { hrTime } from '../output/time.js';
import type { OpenSpan, SpanOpening, SpanOutput } from '../span.js';
import type { LiveTraces } from './live-traces.js';
import { linksTo, mutable, type OnProblem, ProviderSpan } from './provider-span.js';
import type { SurroundingSpans } from './surrounding-spans.js';

/** Options of {@link ProviderOutput}. */
export interface ProviderOutputOptions {
  readonly api: OpenTelemetryApi;
  readonly tracer: () => Tracer;
  readonly live: LiveTraces;
  readonly surrounding: SurroundingSpans;
  readonly onProblem: OnProblem;
}

/** Writes spans through the user's TracerProvider, which decides ids, sampling, processors and exporters. */
export class ProviderOutput implements SpanOutput {
  readonly #api: OpenTelemetryApi;
  readonly #tracer: () => Tracer;
  readonly #live: LiveTraces;
  readonly #surrounding: SurroundingSpans;
  readonly #onProblem: OnProblem;

  constructor({ api, tracer, live, surrounding, onProblem }: ProviderOutputOptions) {
    this.#api = api;
    this.#tracer = tracer;
    this.#live = live;
    this.#surrounding = surrounding;
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

  surrounding(event: AnyEvent): OpenSpan | null {
    const context = this.#surrounding.take(event);
    if (!context) return null;
    return new ProviderSpan(this.#api.trace.wrapSpanContext(context), this.#api, this.#onProblem);
  }
}

/** Takes the place of a span that could not be started. */
const NO_SPAN: OpenSpan = { update: () => undefined, link: () => undefined, end: () => undefined };
