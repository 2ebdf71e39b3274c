import type { Context, Link, Span, SpanContext } from '@opentelemetry/api';
import type { OpenTelemetryApi } from '../load.js';
import { hrTime } from '../output/time.js';
import type { OpenSpan, SpanText } from '../span.js';

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

/** A link to a span of the user's provider, if it has valid ids; none to any other. */
export function linksTo(to: OpenSpan, api: OpenTelemetryApi): Link[] {
  return to instanceof ProviderSpan && api.isSpanContextValid(to.context) ? [{ context: to.context }] : [];
}

/** Attributes as the API declares them: it takes no read-only lists. */
export function mutable(attributes: SpanText['attributes']): Record<string, string | number | boolean | string[]> {
  return Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => [key, typeof value === 'object' ? [...value] : value]),
  );
}
