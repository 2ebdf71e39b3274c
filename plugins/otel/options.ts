import type { TracerProvider } from '@opentelemetry/api';
import { AutologError } from 'ax-autolog/sink';
import type { OpenTelemetryApi } from './load.js';
import type { MappingOptions } from './mapping/attributes.js';
import type { SpanExporter } from './output/exported-span.js';

/** Options of {@link otel}: a provider, or an exporter, or an address; without any of them the registered provider. */
export interface OtelOptions {
  /** Your own TracerProvider. Default: the one that is registered globally. It is flushed, never shut down. */
  readonly tracerProvider?: TracerProvider;
  /** A `SpanExporter` of OpenTelemetry's SDK, in place of a provider: fed from the journal, with the journal's ids. */
  readonly exporter?: SpanExporter;
  /**
   * Address of an OTLP receiver, in place of a provider: `http://127.0.0.1:4318/v1/traces`. Needs
   * `@opentelemetry/exporter-trace-otlp-proto`.
   */
  readonly url?: string;
  /** Headers for `url`, such as credentials. */
  readonly headers?: { readonly [name: string]: string };
  /** With `exporter` or `url`: attributes of the resource. Default: `service.name` from `OTEL_SERVICE_NAME`, else `ax-autolog`. */
  readonly resource?: { readonly [name: string]: string };
  /** With `exporter` or `url`: time for one export, in milliseconds. Default: 30,000. */
  readonly timeoutMs?: number;
  /** Whether inputs, outputs, messages, candidate texts and feedback are written. Default: true. */
  readonly captureContent?: boolean;
  /** Whether OpenInference's attributes are written where the GenAI conventions have none. Default: true. */
  readonly openInference?: boolean;
  /** Longest text of an attribute, in characters; longer ones are cut with a mark. At least 256. Default: 32,768. */
  readonly maxAttributeLength?: number;
  /** Traces that may be open, and roots that may wait for their verdict, at once. At least 1. Default: 2,000. */
  readonly maxOpenTraces?: number;
  /** The module `@opentelemetry/api`, where it cannot be found from here, as in a bundle. Default: loaded when needed. */
  readonly api?: OpenTelemetryApi;
  /** Name of the sink. Default: `otel`. */
  readonly name?: string;
}

/** Options with their defaults. */
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
  tracerProvider: [has('getTracer'), 'a TracerProvider, an object with getTracer()'],
  exporter: [has('export'), 'a SpanExporter, an object with export()'],
  url: [(value) => isText(value) && URL.canParse(value as string), 'the address of an OTLP receiver'],
  headers: [isTexts, 'an object of texts'],
  resource: [isTexts, 'an object of texts'],
  timeoutMs: [atLeast(1), 'a number of milliseconds, at least 1'],
  captureContent: [isFlag, 'true or false'],
  openInference: [isFlag, 'true or false'],
  maxAttributeLength: [atLeast(256), 'a number of characters, at least 256'],
  maxOpenTraces: [atLeast(1), 'a number, at least 1'],
  api: [has('isSpanContextValid'), 'the module @opentelemetry/api'],
  name: [isText, 'a text'],
};

/**
 * Checks the options and gives them with their defaults.
 *
 * @throws AutologError `AXL_BAD_OPTIONS`
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
  if (!isObject(options)) fail(`options came as ${typeof options}; expected an object`);
  for (const [name, value] of Object.entries(options as object)) {
    if (value === undefined) continue;
    const [holds, expected] = Object.hasOwn(CHECKS, name) ? CHECKS[name as keyof OtelOptions] : [];
    if (!holds) fail(`there is no option '${name}'; expected ${Object.keys(CHECKS).join(', ')}`);
    else if (!holds(value)) fail(`${name} came as ${cameAs(value)}; expected ${expected}`);
  }
  const { tracerProvider, exporter, url, headers } = options as OtelOptions;
  const targets = Object.entries({ tracerProvider, exporter, url }).filter(([, value]) => value !== undefined);
  if (targets.length > 1) fail(`${targets.map(([name]) => name).join(' and ')} came together; expected one of them`);
  if (headers !== undefined && url === undefined) fail('headers came without url; an exporter of yours has its own');
}

/** Texts may be credentials: only numbers are shown. */
function cameAs(value: unknown): string {
  if (typeof value === 'number') return String(value);
  return value === null ? 'null' : typeof value === 'object' ? 'another object' : `a ${typeof value}`;
}

function fail(what: string): never {
  throw new AutologError('AXL_BAD_OPTIONS', `otel(): ${what}`);
}
