import type { Sink } from 'ax-autolog/sink';
import { exporterSink } from './exporter-sink.js';
import { loadApi, loadExporter } from './load.js';
import { type OtelOptions, type OtelSettings, settingsFrom } from './options.js';
import type { SpanExporter } from './output/exported-span.js';
import { providerSink } from './provider-sink.js';

export type { OtelOptions } from './options.js';
export type { ExportedSpan, SpanExporter } from './output/exported-span.js';

/**
 * Writes traces, trials, compiles and evaluations as OpenTelemetry spans, after the GenAI semantic conventions.
 *
 * Through a TracerProvider of yours (default: the registered one) spans begin when things begin: your current span is
 * the parent of a program call, and what is traced inside, ax's own spans included, is part of its trace. With `exporter`
 * or `url` the sink is fed from the journal in place of that: nothing is lost while the receiver is away, and ids are the
 * journal's.
 *
 * It never registers a provider, context manager or propagator, and never shuts yours down.
 *
 * @throws AutologError `AXL_BAD_OPTIONS` for an option of a wrong type; `AXL_OTEL_MISSING` when `@opentelemetry/api`, or
 * with `url` `@opentelemetry/exporter-trace-otlp-proto`, is not installed
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
  return exporterSink(
    { exporter: exporter as SpanExporter, target: `${settings.name}:${urlWithoutSecrets(url)}`, own: true },
    settings,
  );
}

/** The target is the name of a file in the journal: what an address may hold of credentials is not for it. */
function urlWithoutSecrets(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}
