import type { Sink } from 'ax-autolog/sink';
import { exporterSink } from './exporter-sink.js';
import { plainHttpWarning } from './exposure.js';
import { loadApi, loadExporter } from './load.js';
import { type OtelOptions, type OtelSettings, settingsFrom } from './options.js';
import type { SpanExporter } from './output/exported-span.js';
import { providerSink } from './provider-sink.js';

export type { OtelOptions } from './options.js';
export type { ExportedSpan, SpanExporter } from './output/exported-span.js';

/**
 * Creates a sink that writes traces, trials, compiles and evaluations as OpenTelemetry spans, following the GenAI
 * semantic conventions.
 *
 * With your TracerProvider (default: the registered one) each span starts when its step starts: your current span
 * becomes the parent of a program call, and spans that start inside the call, such as ax's own, join its trace. With
 * `exporter` or `url` the sink is fed from the journal instead: nothing is lost while the receiver is down, and spans
 * keep the journal's ids.
 *
 * The sink never registers a provider, context manager or propagator, and never shuts yours down.
 *
 * @throws AutologError `AXL_BAD_OPTIONS` if an option is unknown or has the wrong type; `AXL_OTEL_MISSING` if
 * `@opentelemetry/api` or, with `url`, `@opentelemetry/exporter-trace-otlp-proto` is not installed
 * @example
 * autolog({ logCompiles: true, sinks: [otel()] });
 */
export function otel(options: OtelOptions = {}): Sink {
  const settings = settingsFrom(options, process.env);
  if (options.exporter)
    return exporterSink({ exporter: options.exporter, target: settings.name, own: false }, settings);
  if (options.url !== undefined) return urlSink(options.url, options.headers, settings);
  return providerSink(options.api ?? loadApi(), options.tracerProvider, settings);
}

function urlSink(url: string, headers: OtelOptions['headers'], settings: OtelSettings): Sink {
  const Exporter = loadExporter();
  const timeoutMillis = settings.timeoutMs;
  const exporter = new Exporter({ url, timeoutMillis, ...(headers ? { headers: { ...headers } } : {}) });
  const target = {
    exporter: exporter as SpanExporter,
    target: `${settings.name}:${urlWithoutSecrets(url)}`,
    own: true,
    exposure: plainHttpWarning(url, headers ?? {}, process.env),
  };
  return exporterSink(target, settings);
}

/** Removes credentials from an address, because the target becomes a file name in the journal. */
function urlWithoutSecrets(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}
