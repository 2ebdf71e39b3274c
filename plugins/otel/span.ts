import type { AnyEvent, SpanIds, TraceData } from 'ax-autolog/sink';

/** Value of an attribute, as far as this sink uses them. */
export type AttributeValue = string | number | boolean | readonly string[];

/** Attributes of a span, an event or a link. */
export type AttributeMap = { readonly [key: string]: AttributeValue };

/** An event of a span. */
export interface SpanEvent {
  readonly name: string;
  /** Milliseconds since the Unix epoch, with microseconds as fraction. */
  readonly time: number;
  readonly attributes: AttributeMap;
}

/** Describes a span when it starts. */
export interface SpanOpening {
  readonly name: string;
  readonly kind: SpanKindName;
  /** Milliseconds since the Unix epoch, with microseconds as fraction. */
  readonly startTime: number;
  readonly attributes: AttributeMap;
  /** `null` starts a trace. */
  readonly parent: OpenSpan | null;
  readonly links: readonly OpenSpan[];
  /** Ids from the journal. A TracerProvider ignores them and creates its own. */
  readonly ids: SpanIds;
  /** Ids of the outer span in which a trace started, which may be another process's. */
  readonly joins?: SpanIds;
}

/** `client` for the call of a model, `internal` for everything else. */
export type SpanKindName = 'client' | 'internal';

/** Content of a span that has ended. */
export interface SpanContent {
  readonly name: string;
  readonly kind: SpanKindName;
  readonly attributes: AttributeMap;
  readonly events: readonly SpanEvent[];
  /** Message of the error with which the span ended; `null` if it succeeded. */
  readonly failure: string | null;
}

/** A span that has started. Its methods never throw. */
export interface OpenSpan {
  /** Adds attributes and events, and replaces the name and failure if they are given. */
  update(text: Pick<SpanContent, 'attributes'> & Partial<SpanContent>): void;
  /** Adds a link to another span of the same output. */
  link(to: OpenSpan): void;
  /** Ends the span at a time in milliseconds. Must be called once. */
  end(time: number): void;
}

/** Writes spans to a TracerProvider or an exporter. */
export interface SpanOutput {
  /** Starts a span. */
  begin(opening: SpanOpening): OpenSpan;
  /**
   * Removes and returns the spans of a trace that have started already, by id; `null` if the trace must not be written.
   */
  begun(trace: TraceData): ReadonlyMap<string, OpenSpan> | null;
  /** Returns the user's span in which the event happened; `null` if unknown. */
  surrounding(event: AnyEvent): OpenSpan | null;
}
