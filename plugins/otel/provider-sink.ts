import type { Tracer, TracerProvider } from '@opentelemetry/api';
import { type AnyEvent, EVENT_TYPES, type EventType } from '../../lib/contract/events.js';
import type { Sink, SinkContext } from '../../lib/contract/sink.js';
import { setEventWatch } from '../../lib/record/emit.js';
import { thrownText } from '../../lib/support/snapshot/leaves.js';
import { setSpanBridge } from '../../lib/track/traces/bridge.js';
import { HeldRoots } from './held-roots.js';
import { LiveTraces } from './live/live-traces.js';
import { SurroundingSpans } from './live/surrounding-spans.js';
import type { OpenTelemetryApi } from './load.js';
import type { OtelSettings } from './options.js';
import { SCOPE } from './output/exporter.js';
import { ProviderOutput } from './output/provider.js';
import { RunBook } from './run-book.js';

/** Events that no span is made of: calls of models are in the traces. */
const UNHEARD: readonly EventType[] = ['onLMCall', 'onLog', 'onProgress', 'onWarning'];
const HEARD = EVENT_TYPES.filter((type) => !UNHEARD.includes(type));

/** A sink that writes through the user's TracerProvider, as things happen. */
export function providerSink(
  api: OpenTelemetryApi,
  given: TracerProvider | undefined,
  { name, mapping, maxOpenTraces }: OtelSettings,
): Sink {
  let warn: SinkContext['warn'] = () => undefined;
  const provider = (): TracerProvider => given ?? api.trace.getTracerProvider();
  const tracer = (): Tracer => provider().getTracer(SCOPE.name, SCOPE.version);
  const onProblem = (error: unknown): void =>
    warn('AXL_OTEL_FAILED', `OpenTelemetry threw, and a span is not complete: ${thrownText(error)}`);
  const onFull = (): void =>
    warn('AXL_OTEL_OPEN', `more than ${maxOpenTraces} traces were open at once: the oldest ended early`);
  const live = new LiveTraces({ api, tracer, mapping, limit: maxOpenTraces, onProblem, onFull });
  const around = new SurroundingSpans(api);
  const held = new HeldRoots(maxOpenTraces, onFull);
  const book = new RunBook({ output: new ProviderOutput(api, tracer, { live, around }, onProblem), held, mapping });
  const takeAway: (() => void)[] = [];
  let checked = false;

  const hear = (event: AnyEvent): void => {
    if (!checked && !given) checkProvider(api, warn);
    checked = true;
    book.take(event);
  };
  return {
    ...Object.fromEntries(HEARD.map((type) => [type, hear])),
    name,
    setup: (context) => {
      warn = (code, message, data) => context.warn(code, message, data);
      if (context.replay) return;
      takeAway.push(
        setSpanBridge((start) => live.begin(start)),
        setEventWatch((event) => around.see(event)),
      );
    },
    flush: () => flushProvider(provider()),
    close: () => {
      for (const take of takeAway.splice(0)) take();
      book.close();
      live.close();
      return flushProvider(provider());
    },
  };
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
