import type { Context, Link, Span, SpanContext } from '@opentelemetry/api';
import type { OpenTelemetryApi } from '../load.js';
import { hrTime } from '../output/time.js';
import type { OpenSpan, SpanContent } from '../span.js';

/** Receives errors that the user's provider throws. */
export type OnProblem = (error: unknown) => void;

/** A span of the user's provider. Reports errors of the provider and never throws. */
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

  /** Returns a copy of the context in which this span is the current one. */
  in(within: Context): Context {
    return this.#api.trace.setSpan(within, this.#span);
  }

  update(text: Pick<SpanContent, 'attributes'> & Partial<SpanContent>): void {
    this.#attempt(() => {
      if (text.name !== undefined) this.#span.updateName(text.name);
      this.#span.setAttributes(mutable(text.attributes));
      for (const { name, time, attributes } of text.events ?? []) {
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

/** Returns a link to a span of the user's provider, or none if the span has no valid ids or is another output's. */
export function linksTo(to: OpenSpan, api: OpenTelemetryApi): Link[] {
  return to instanceof ProviderSpan && api.isSpanContextValid(to.context) ? [{ context: to.context }] : [];
}

/** Copies attributes, because the API's types do not accept read-only arrays. */
export function mutable(attributes: SpanContent['attributes']): Record<string, string | number | boolean | string[]> {
  return Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => [key, typeof value === 'object' ? [...value] : value]),
  );
}
