import { createRequire } from 'node:module';
import { AutologError } from 'ax-autolog/sink';

/** OpenTelemetry's API, as `import * as api from '@opentelemetry/api'` gives it. */
export type OpenTelemetryApi = typeof import('@opentelemetry/api');

const require = createRequire(import.meta.url);

/**
 * The user's copy of OpenTelemetry's API, loaded when it is first asked for and at once, so that not even the first call
 * of a program is missed.
 *
 * @throws AutologError `AXL_OTEL_MISSING`
 */
export function loadApi(): OpenTelemetryApi {
  return load('@opentelemetry/api', 'or pass the module as `api`') as OpenTelemetryApi;
}

/** What the user's OTLP exporter takes, as far as it is used here. */
type ExporterClass = new (config: { url: string; headers?: Record<string, string>; timeoutMillis: number }) => unknown;

/**
 * The class of the user's OTLP exporter (HTTP, protobuf).
 *
 * @throws AutologError `AXL_OTEL_MISSING`
 */
export function loadExporter(): ExporterClass {
  const loaded = load('@opentelemetry/exporter-trace-otlp-proto', 'or pass an exporter of your own as `exporter`');
  return (loaded as { readonly OTLPTraceExporter: ExporterClass }).OTLPTraceExporter;
}

function load(name: string, otherwise: string): unknown {
  try {
    return require(name);
  } catch (error) {
    throw new AutologError(
      'AXL_OTEL_MISSING',
      `otel() needs ${name}, which cannot be loaded; expected it next to ax-autolog: npm install ${name}, ${otherwise}`,
      { cause: error },
    );
  }
}
