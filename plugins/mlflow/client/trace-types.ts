/** JSON types of the parts of MLflow's traces and of OTLP that the sink writes. */

/** Value in OTLP. An empty object means null. */
export interface OtlpValue {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  /** 64-bit integer as text, because JSON numbers cannot hold it. */
  readonly intValue?: string;
  readonly doubleValue?: number;
}

/** Attribute of a span or event. */
export interface OtlpAttribute {
  readonly key: string;
  readonly value: OtlpValue;
}

/** Event of a span. */
export interface OtlpEvent {
  readonly name: string;
  readonly timeUnixNano: string;
  readonly attributes: readonly OtlpAttribute[];
}

/** Span in OTLP's JSON. https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding */
export interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  /** 1: internal; 3: the client of another service. */
  readonly kind: 1 | 3;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly OtlpAttribute[];
  readonly events: readonly OtlpEvent[];
  /** 0: unset; 1: ok; 2: error. */
  readonly status: { readonly code: 0 | 1 | 2; readonly message?: string };
}

/** Error of an assessment, with MLflow's field names. */
export interface AssessmentError {
  readonly error_code: string;
  readonly error_message: string;
  readonly stack_trace?: string;
}

/** Feedback on a trace. */
export interface Assessment {
  /** An assessment replaces an earlier one with the same id. */
  readonly id: string;
  readonly name: string;
  /** `null` if there is an error. */
  readonly value: number | string | boolean | null;
  readonly error?: AssessmentError;
  readonly rationale?: string;
  readonly metadata: { readonly [key: string]: string };
  /** Source of the assessment, such as a script. */
  readonly source: string;
  /** Milliseconds since the Unix epoch. */
  readonly time: number;
}

/** Everything about a trace except its spans. */
export interface TraceInfo {
  /** `tr-` and 32 hex digits. */
  readonly traceId: string;
  /** Milliseconds since the Unix epoch. */
  readonly requestTime: number;
  readonly durationMs: number;
  readonly state: 'OK' | 'ERROR';
  readonly requestPreview?: string;
  readonly responsePreview?: string;
  /** Cannot be changed later. */
  readonly metadata: { readonly [key: string]: string };
  readonly tags: { readonly [key: string]: string };
  readonly assessments: readonly Assessment[];
}
