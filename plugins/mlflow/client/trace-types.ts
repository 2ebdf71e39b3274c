/** The parts of MLflow's traces and of OTLP that are written, as JSON has them. */

/** A value of OTLP; without a member it is null. */
export interface OtlpValue {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  /** A 64-bit integer, which JSON numbers cannot hold. */
  readonly intValue?: string;
  readonly doubleValue?: number;
}

export interface OtlpAttribute {
  readonly key: string;
  readonly value: OtlpValue;
}

export interface OtlpEvent {
  readonly name: string;
  readonly timeUnixNano: string;
  readonly attributes: readonly OtlpAttribute[];
}

/** A span in OTLP's JSON. https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding */
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
  /** 0: unset; 1: well; 2: an error. */
  readonly status: { readonly code: 0 | 1 | 2; readonly message?: string };
}

export interface AssessmentError {
  readonly error_code: string;
  readonly error_message: string;
  readonly stack_trace?: string;
}

/** Feedback on a trace. */
export interface Assessment {
  /** An assessment that comes again under its id replaces itself. */
  readonly id: string;
  readonly name: string;
  /** `null` with an error. */
  readonly value: number | string | boolean | null;
  readonly error?: AssessmentError;
  readonly rationale?: string;
  readonly metadata: { readonly [key: string]: string };
  /** What gave it, such as a script. */
  readonly source: string;
  /** Milliseconds since the Unix epoch. */
  readonly time: number;
}

/** What is said of a trace beside its spans. */
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
