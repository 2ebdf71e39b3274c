import type { AnyEvent, SpanIds, TraceData } from 'ax-autolog/sink';

/** What OpenTelemetry takes as the value of an attribute, as far as it is used here. */
export type AttributeValue = string | number | boolean | readonly string[];

/** Attributes of a span, an event or a link. */
export type AttributeMap = { readonly [key: string]: AttributeValue };

/** Something that happened at one moment of a span. */
export interface SpanMoment {
  readonly name: string;
  /** Milliseconds since the Unix epoch, with microseconds as fraction. */
  readonly time: number;
  readonly attributes: AttributeMap;
}

/** What is known of a span when it begins. */
export interface SpanOpening {
  readonly name: string;
  readonly kind: SpanKindName;
  /** Milliseconds since the Unix epoch, with microseconds as fraction. */
  readonly startTime: number;
  readonly attributes: AttributeMap;
  /** Without one it begins a trace. */
  readonly parent: OpenSpan | null;
  readonly links: readonly OpenSpan[];
  /** Ids that the journal gave it; an output that has ids of its own does not heed them. */
  readonly ids: SpanIds;
  /** A span of another process or time in which it began. */
  readonly joins?: SpanIds;
}

/** `client` for a call of a model, `internal` for all else. */
export type SpanKindName = 'client' | 'internal';

/** What a span says when it is over. */
export interface SpanText {
  readonly name: string;
  readonly kind: SpanKindName;
  readonly attributes: AttributeMap;
  readonly moments: readonly SpanMoment[];
  /** The message of the error it ended with; `null` when it did not. */
  readonly failure: string | null;
}

/** A span that has begun. Nothing here throws. */
export interface OpenSpan {
  say(text: Pick<SpanText, 'attributes'> & Partial<SpanText>): void;
  link(to: OpenSpan): void;
  /** Ends the span. Once. */
  end(time: number): void;
}

/** Where spans go: a TracerProvider, or an exporter. */
export interface SpanOutput {
  begin(opening: SpanOpening): OpenSpan;
  /** The spans of this trace that have begun already, by id; `null` where nothing is to be made of the trace. */
  begun(trace: TraceData): ReadonlyMap<string, OpenSpan> | null;
  /** The span of the user's in which the event happened, as far as that is known. */
  around(event: AnyEvent): OpenSpan | null;
}
