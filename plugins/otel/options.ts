import type { TracerProvider } from '@opentelemetry/api';
import { AutologError, received } from 'ax-autolog/sink';
import type { OpenTelemetryApi } from './load.js';
import type { MappingOptions } from './mapping/attributes.js';
import type { SpanExporter } from './output/exported-span.js';

/** Options of {@link otel}. Set at most one of `tracerProvider`, `exporter` and `url`. */
export interface OtelOptions {
  /** Your own TracerProvider, which is flushed but never shut down. Default: the globally registered one. */
  readonly tracerProvider?: TracerProvider;
  /**
   * A `SpanExporter` of OpenTelemetry's SDK to use instead of a provider. The sink is fed from the journal and exports
   * the journal's ids. The exporter is flushed but never shut down.
   */
  readonly exporter?: SpanExporter;
  /**
   * Address of an OTLP receiver to use instead of a provider, such as `http://127.0.0.1:4318/v1/traces`. The sink is
   * fed from the journal. Needs `@opentelemetry/exporter-trace-otlp-proto`.
   */
  readonly url?: string;
  /** Headers to send to `url`, such as credentials. Default: none. */
  readonly headers?: { readonly [name: string]: string };
  /**
   * Attributes of the resource. Only with `exporter` or `url`. Default: `service.name` from `OTEL_SERVICE_NAME`, or
   * `ax-autolog` if that is not set.
   */
  readonly resource?: { readonly [name: string]: string };
  /** Time limit of one export, in milliseconds. Only with `exporter` or `url`. At least 1. Default: 30,000. */
  readonly timeoutMs?: number;
  /** Whether to write inputs, outputs, messages, candidate texts and feedback. Default: true. */
  readonly captureContent?: boolean;
  /** Whether to write OpenInference's attributes where the GenAI conventions define none. Default: true. */
  readonly openInference?: boolean;
  /** Longest text of an attribute, in characters. Longer ones are cut and marked. At least 256. Default: 32,768. */
  readonly maxAttributeLength?: number;
  /**
   * Traces that may be open at once, and root spans that may wait for their score at once. Beyond that the oldest is
   * ended and `AXL_OTEL_OPEN` is reported. At least 1. Default: 2,000.
   */
  readonly maxOpenTraces?: number;
  /**
   * The module `@opentelemetry/api`, if it cannot be resolved from here, as in a bundle. Default: `otel()` loads it.
   */
  readonly api?: OpenTelemetryApi;
  /** Name of the sink. Default: `otel`. */
  readonly name?: string;
}

/** Options with their defaults filled in. */
export interface OtelSettings {
  readonly name: string;
  readonly mapping: MappingOptions;
  readonly maxOpenTraces: number;
  readonly timeoutMs: number;
  readonly resource: { readonly [name: string]: string };
}

type Check = (value: unknown) => boolean;
const isText: Check = (value) => typeof value === 'string' && value !== '';
const isFlag: Check = (value) => typeof value === 'boolean';
const isObject: Check = (value) => value !== null && typeof value === 'object';
const isTexts: Check = (value) =>
  isObject(value) && Object.values(value as object).every((item) => typeof item === 'string');
const atLeast =
  (least: number): Check =>
  (value) =>
    typeof value === 'number' && value >= least && Number.isFinite(value);
const has =
  (method: string): Check =>
  (value) =>
    isObject(value) && typeof (value as Record<string, unknown>)[method] === 'function';

const CHECKS: { readonly [N in keyof Required<OtelOptions>]: readonly [Check, string] } = {
  tracerProvider: [has('getTracer'), 'a TracerProvider (an object with getTracer())'],
  exporter: [has('export'), 'a SpanExporter (an object with export())'],
  url: [(value) => isText(value) && URL.canParse(value as string), 'the address of an OTLP receiver'],
  headers: [isTexts, 'an object of strings'],
  resource: [isTexts, 'an object of strings'],
  timeoutMs: [atLeast(1), 'a number of milliseconds from 1'],
  captureContent: [isFlag, 'true or false'],
  openInference: [isFlag, 'true or false'],
  maxAttributeLength: [atLeast(256), 'a number of characters from 256'],
  maxOpenTraces: [atLeast(1), 'a number from 1'],
  api: [has('isSpanContextValid'), 'the module @opentelemetry/api'],
  name: [isText, 'a non-empty string'],
};

/** Options that may hold credentials when they are a string: an error does not show it. */
const CONFIDENTIAL: ReadonlySet<string> = new Set<keyof OtelOptions>([
  'tracerProvider',
  'exporter',
  'url',
  'headers',
  'resource',
  'api',
]);

/**
 * Checks the options and fills in their defaults.
 *
 * @throws AutologError `AXL_BAD_OPTIONS` if an option is unknown or has the wrong type, or if two exclude each other
 */
export function settingsFrom(options: OtelOptions, env: NodeJS.ProcessEnv): OtelSettings {
  check(options);
  return {
    name: options.name ?? 'otel',
    mapping: {
      captureContent: options.captureContent ?? true,
      openInference: options.openInference ?? true,
      maxAttributeLength: options.maxAttributeLength ?? 32_768,
    },
    maxOpenTraces: options.maxOpenTraces ?? 2_000,
    timeoutMs: options.timeoutMs ?? 30_000,
    resource: { 'service.name': env['OTEL_SERVICE_NAME'] || 'ax-autolog', ...options.resource },
  };
}

function check(options: unknown): void {
  if (!isObject(options)) {
    const got = typeof options === 'string' ? 'a string' : received(options);
    fail(`options of otel() must be an object, got ${got}. Pass an object or nothing.`);
  }
  for (const [name, value] of Object.entries(options as object)) {
    if (value === undefined) continue;
    const [holds, expected] = Object.hasOwn(CHECKS, name) ? CHECKS[name as keyof OtelOptions] : [];
    if (!holds) fail(`options of otel() must be among ${Object.keys(CHECKS).join(', ')}, got '${name}'. Remove it.`);
    else if (!holds(value)) {
      const got = typeof value === 'string' && CONFIDENTIAL.has(name) ? 'a string' : received(value);
      fail(`option '${name}' of otel() must be ${expected}, got ${got}. Correct or remove it.`);
    }
  }
  const { tracerProvider, exporter, url, headers } = options as OtelOptions;
  const targets = Object.entries({ tracerProvider, exporter, url }).filter(([, value]) => value !== undefined);
  if (targets.length > 1) {
    const got = targets.map(([name]) => name).join(' and ');
    fail(`options of otel() must have at most one of tracerProvider, exporter and url, got ${got}. Keep one of them.`);
  }
  if (headers !== undefined && url === undefined) {
    fail(
      "option 'headers' of otel() must be used with url, got no url. Pass url, or set the headers of your exporter.",
    );
  }
}

function fail(message: string): never {
  throw new AutologError('AXL_BAD_OPTIONS', message);
}
