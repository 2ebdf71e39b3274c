import type { Tracer, TracerProvider } from '@opentelemetry/api';
import {
  type AnyEvent,
  EVENT_TYPES,
  type Sink,
  type SinkContext,
  setEventWatch,
  setSpanBridge,
  thrownText,
} from 'ax-autolog/sink';
import { HeldRoots } from './held-roots.js';
import { LiveTraces } from './live/live-traces.js';
import { ProviderOutput } from './live/provider-output.js';
import { SurroundingSpans } from './live/surrounding-spans.js';
import type { OpenTelemetryApi } from './load.js';
import type { OtelSettings } from './options.js';
import { SCOPE } from './output/exporter.js';
import { RunBook } from './run-book.js';
import { RunSpans } from './run-spans.js';

const READ = EVENT_TYPES.filter((type) => RunSpans.reads(type));

/**
 * Creates a sink that writes spans live through a TracerProvider.
 *
 * @param provider Default: the registered provider at the time of each span
 */
export function providerSink(
  api: OpenTelemetryApi,
  provider: TracerProvider | undefined,
  settings: OtelSettings,
): Sink {
  const writer = new ProviderWriter(api, provider, settings);
  const take = (event: AnyEvent): void => writer.take(event);
  return {
    ...Object.fromEntries(READ.map((type) => [type, take])),
    name: settings.name,
    setup: (context) => writer.setup(context),
    flush: () => writer.flush(),
    close: () => writer.close(),
  };
}

class ProviderWriter {
  readonly #api: OpenTelemetryApi;
  readonly #chosen: TracerProvider | undefined;
  readonly #live: LiveTraces;
  readonly #surrounding: SurroundingSpans;
  readonly #book: RunBook;
  readonly #disconnect: (() => void)[] = [];
  #warn: SinkContext['warn'] = () => undefined;
  #checked = false;

  constructor(api: OpenTelemetryApi, provider: TracerProvider | undefined, { mapping, maxOpenTraces }: OtelSettings) {
    this.#api = api;
    this.#chosen = provider;
    const tracer = (): Tracer => this.#provider().getTracer(SCOPE.name, SCOPE.version);
    const onProblem = (error: unknown): void =>
      this.#warn('AXL_OTEL_FAILED', `OpenTelemetry threw, so a span is incomplete: ${thrownText(error)}`);
    const onFull = (): void =>
      this.#warn(
        'AXL_OTEL_OPEN',
        `open traces must be at most ${maxOpenTraces} (maxOpenTraces), got more. The oldest was ended early. Raise maxOpenTraces if your app has more open calls.`,
      );
    this.#live = new LiveTraces({ api, tracer, mapping, limit: maxOpenTraces, onProblem, onFull });
    this.#surrounding = new SurroundingSpans(api);
    const output = new ProviderOutput({ api, tracer, live: this.#live, surrounding: this.#surrounding, onProblem });
    this.#book = new RunBook({ output, held: new HeldRoots(maxOpenTraces, onFull), mapping });
  }

  setup(context: SinkContext): void {
    this.#warn = (code, message, data) => context.warn(code, message, data);
    if (context.replay) return;
    this.#disconnect.push(
      setSpanBridge((start) => this.#live.begin(start)),
      setEventWatch((event) => this.#surrounding.record(event)),
    );
  }

  take(event: AnyEvent): void {
    if (!this.#checked && !this.#chosen) checkProvider(this.#api, this.#warn);
    this.#checked = true;
    this.#book.take(event);
  }

  flush(): Promise<void> {
    return flushProvider(this.#provider());
  }

  close(): Promise<void> {
    for (const disconnect of this.#disconnect.splice(0)) disconnect();
    this.#book.close();
    this.#live.close();
    return flushProvider(this.#provider());
  }

  #provider(): TracerProvider {
    return this.#chosen ?? this.#api.trace.getTracerProvider();
  }
}

/** Warns if the registered provider is the API's no-op provider. */
function checkProvider(api: OpenTelemetryApi, warn: SinkContext['warn']): void {
  if (delegateOf(api.trace.getTracerProvider()) !== new api.ProxyTracerProvider().getDelegate()) return;
  warn(
    'AXL_OTEL_PROVIDER',
    'a TracerProvider must be registered, got none, so spans are dropped. Start your OpenTelemetry SDK, or pass tracerProvider, exporter or url to otel().',
  );
}

/** Returns the provider behind the API's proxy. */
function delegateOf(provider: TracerProvider): unknown {
  const { getDelegate } = provider as { readonly getDelegate?: () => unknown };
  return getDelegate ? getDelegate.call(provider) : provider;
}

async function flushProvider(provider: TracerProvider): Promise<void> {
  await (delegateOf(provider) as { readonly forceFlush?: () => Promise<void> }).forceFlush?.();
}
