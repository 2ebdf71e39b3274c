import type { AttributeMap, AttributeValue } from '../span.js';
import type { HrTime } from './time.js';

/** Where a span is. */
interface ExportedContext {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
  readonly isRemote?: boolean | undefined;
}

/** A span as exporters of OpenTelemetry's SDK take it: what `ReadableSpan` has, in version 1 of the SDK and in version 2. */
export interface ExportedSpan {
  readonly name: string;
  readonly kind: number;
  spanContext(): ExportedContext;
  readonly parentSpanContext?: ExportedContext | undefined;
  /** Version 1. */
  readonly parentSpanId?: string | undefined;
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly duration: HrTime;
  readonly ended: boolean;
  readonly status: { readonly code: number; readonly message?: string | undefined };
  readonly attributes: { readonly [key: string]: unknown };
  readonly links: readonly { readonly context: ExportedContext }[];
  readonly events: readonly {
    readonly name: string;
    readonly time: HrTime;
    readonly attributes?: object | undefined;
  }[];
  readonly resource: { readonly attributes: object };
  readonly instrumentationScope: { readonly name: string; readonly version?: string | undefined };
  /** Version 1. */
  readonly instrumentationLibrary?: { readonly name: string; readonly version?: string | undefined };
  readonly droppedAttributesCount: number;
  readonly droppedEventsCount: number;
  readonly droppedLinksCount: number;
}

/** What `otel({ exporter })` takes: a `SpanExporter` of OpenTelemetry's SDK. */
export interface SpanExporter {
  export(spans: ExportedSpan[], done: (result: { readonly code: number; readonly error?: Error }) => void): void;
  forceFlush?(): Promise<void>;
  shutdown(): Promise<void>;
}

/** What exported spans say of where they come from. */
export interface ExportedResource {
  readonly attributes: AttributeMap;
  readonly asyncAttributesPending: false;
  getRawAttributes(): [string, AttributeValue][];
  merge(): ExportedResource;
}

/** A resource, as SDK and exporters know it. */
export function resourceOf(attributes: AttributeMap): ExportedResource {
  const resource: ExportedResource = {
    attributes,
    asyncAttributesPending: false,
    getRawAttributes: () => Object.entries(attributes),
    merge: () => resource,
  };
  return resource;
}
