import { createRequire } from 'node:module';
import { AutologError } from 'ax-autolog/sink';

/** The module `@opentelemetry/api`. */
export type OpenTelemetryApi = typeof import('@opentelemetry/api');

const require = createRequire(import.meta.url);

/**
 * Loads the user's copy of OpenTelemetry's API. Loading is synchronous, so that the first call of a program is not
 * missed.
 *
 * @throws AutologError `AXL_OTEL_MISSING` if it is not installed
 */
export function loadApi(): OpenTelemetryApi {
  return load('@opentelemetry/api', 'pass the module as `api`') as OpenTelemetryApi;
}

/** Constructor of the user's OTLP exporter, with the options that are used here. */
type ExporterClass = new (config: { url: string; headers?: Record<string, string>; timeoutMillis: number }) => unknown;

/**
 * Loads the class of the user's OTLP exporter (HTTP, protobuf).
 *
 * @throws AutologError `AXL_OTEL_MISSING` if it is not installed
 */
export function loadExporter(): ExporterClass {
  const loaded = load('@opentelemetry/exporter-trace-otlp-proto', 'pass your own exporter as `exporter`');
  return (loaded as { readonly OTLPTraceExporter: ExporterClass }).OTLPTraceExporter;
}

function load(name: string, otherwise: string): unknown {
  try {
    return require(name);
  } catch (error) {
    throw new AutologError(
      'AXL_OTEL_MISSING',
      `${name} must be installed for otel(), got a module that cannot be loaded. Run npm install ${name}, or ${otherwise}.`,
      { cause: error },
    );
  }
}
