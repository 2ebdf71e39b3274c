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

/** A sink that writes through the user's TracerProvider, as things happen. */
export function providerSink(api: OpenTelemetryApi, given: TracerProvider | undefined, settings: OtelSettings): Sink {
  const writer = new ProviderWriter(api, given, settings);
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
  readonly #given: TracerProvider | undefined;
  readonly #live: LiveTraces;
  readonly #around: SurroundingSpans;
  readonly #book: RunBook;
  readonly #disconnect: (() => void)[] = [];
  #warn: SinkContext['warn'] = () => undefined;
  #checked = false;

  constructor(api: OpenTelemetryApi, given: TracerProvider | undefined, { mapping, maxOpenTraces }: OtelSettings) {
    this.#api = api;
    this.#given = given;
    const tracer = (): Tracer => this.#provider().getTracer(SCOPE.name, SCOPE.version);
    const onProblem = (error: unknown): void =>
      this.#warn('AXL_OTEL_FAILED', `OpenTelemetry threw, and a span is not complete: ${thrownText(error)}`);
    const onFull = (): void =>
      this.#warn('AXL_OTEL_OPEN', `more than ${maxOpenTraces} traces were open at once: the oldest ended early`);
    this.#live = new LiveTraces({ api, tracer, mapping, limit: maxOpenTraces, onProblem, onFull });
    this.#around = new SurroundingSpans(api);
    const output = new ProviderOutput(api, tracer, { live: this.#live, around: this.#around }, onProblem);
    this.#book = new RunBook({ output, held: new HeldRoots(maxOpenTraces, onFull), mapping });
  }

  setup(context: SinkContext): void {
    this.#warn = (code, message, data) => context.warn(code, message, data);
    if (context.replay) return;
    this.#disconnect.push(
      setSpanBridge((start) => this.#live.begin(start)),
      setEventWatch((event) => this.#around.see(event)),
    );
  }

  take(event: AnyEvent): void {
    if (!this.#checked && !this.#given) checkProvider(this.#api, this.#warn);
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
    return this.#given ?? this.#api.trace.getTracerProvider();
  }
}

/** Says so where the provider is the one that stands for none. */
function checkProvider(api: OpenTelemetryApi, warn: SinkContext['warn']): void {
  if (delegateOf(api.trace.getTracerProvider()) !== new api.ProxyTracerProvider().getDelegate()) return;
  warn(
    'AXL_OTEL_PROVIDER',
    'no TracerProvider is registered, so that spans go nowhere; expected one: start your SDK, or pass tracerProvider, exporter or url to otel()',
  );
}

/** The provider behind the proxy that the API hands out. */
function delegateOf(provider: TracerProvider): unknown {
  const { getDelegate } = provider as { readonly getDelegate?: () => unknown };
  return getDelegate ? getDelegate.call(provider) : provider;
}

async function flushProvider(provider: TracerProvider): Promise<void> {
  await (delegateOf(provider) as { readonly forceFlush?: () => Promise<void> }).forceFlush?.();
}
