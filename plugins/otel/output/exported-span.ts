import type { AttributeMap, AttributeValue } from '../span.js';
import type { HrTime } from './time.js';

/** Ids of a span, as in OpenTelemetry's `SpanContext`. */
interface ExportedContext {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
  readonly isRemote?: boolean | undefined;
}

/**
 * A span as the exporters of OpenTelemetry's SDK take it. Has the members of `ReadableSpan` of SDK versions 1 and 2.
 */
export interface ExportedSpan {
  /** Name of the span, such as `chat gpt-4o-mini`. */
  readonly name: string;
  /** OpenTelemetry's `SpanKind`: 0 for internal, 2 for client. */
  readonly kind: number;
  /** Returns the ids of the span. */
  spanContext(): ExportedContext;
  /** Ids of the parent, as version 2 of the SDK reads them. Absent on a root. */
  readonly parentSpanContext?: ExportedContext | undefined;
  /** Id of the parent, as version 1 of the SDK reads it. Absent on a root. */
  readonly parentSpanId?: string | undefined;
  /** Start, in seconds and nanoseconds since the Unix epoch. */
  readonly startTime: HrTime;
  /** End, in seconds and nanoseconds since the Unix epoch. Never before `startTime`. */
  readonly endTime: HrTime;
  /** Time from start to end, in seconds and nanoseconds. */
  readonly duration: HrTime;
  /** Always true: only ended spans are exported. */
  readonly ended: boolean;
  /** OpenTelemetry's status: code 0 if unset, or 2 and the message of the error. */
  readonly status: { readonly code: number; readonly message?: string | undefined };
  /** Attributes by name. */
  readonly attributes: { readonly [key: string]: unknown };
  /** Links to other spans. */
  readonly links: readonly { readonly context: ExportedContext }[];
  /** Events of the span, at most 1,000. `time` is in seconds and nanoseconds since the Unix epoch. */
  readonly events: readonly {
    readonly name: string;
    readonly time: HrTime;
    readonly attributes?: object | undefined;
  }[];
  /** Resource that produced the span; see `OtelOptions.resource`. */
  readonly resource: { readonly attributes: object };
  /** Name and version of this package, as version 2 of the SDK reads them. */
  readonly instrumentationScope: { readonly name: string; readonly version?: string | undefined };
  /** Name and version of this package, as version 1 of the SDK reads them. */
  readonly instrumentationLibrary?: { readonly name: string; readonly version?: string | undefined };
  /** Always 0: long attributes are cut, none is dropped. */
  readonly droppedAttributesCount: number;
  /** Number of events beyond the first 1,000. */
  readonly droppedEventsCount: number;
  /** Always 0: no link is dropped. */
  readonly droppedLinksCount: number;
}

/** Exports spans. The `SpanExporter` of OpenTelemetry's SDK implements it. */
export interface SpanExporter {
  /** Exports spans and calls `done` with code 0 if they arrived, or with another code and the error if they did not. */
  export(spans: ExportedSpan[], done: (result: { readonly code: number; readonly error?: Error }) => void): void;
  /** Resolves when the exported spans have left the exporter. Called when the sink is flushed. */
  forceFlush?(): Promise<void>;
  /** Shuts the exporter down. Called only if the sink made the exporter, as it does for `url`. */
  shutdown(): Promise<void>;
}

/** Resource of exported spans, with the members that the SDK and its exporters read. */
export interface ExportedResource {
  readonly attributes: AttributeMap;
  readonly asyncAttributesPending: false;
  getRawAttributes(): [string, AttributeValue][];
  merge(): ExportedResource;
}

/** Creates a resource with these attributes. */
export function resourceOf(attributes: AttributeMap): ExportedResource {
  const resource: ExportedResource = {
    attributes,
    asyncAttributesPending: false,
    getRawAttributes: () => Object.entries(attributes),
    merge: () => resource,
  };
  return resource;
}
