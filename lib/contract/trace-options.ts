import type { Role, SpanType } from './events.js';

/** A call for which a trace is about to begin, as `traces.filter` receives it. */
export interface TraceCall {
  /** Name of the root span. */
  readonly name: string;
  /** Kind of the root span. */
  readonly type: SpanType;
  /** Part of the search that the call serves. */
  readonly role: Role;
  /** Inputs of the program or model: the caller's own values, which the filter must not change. */
  readonly inputs: unknown;
  /** Whether it is called inside a compile, inside an evaluation, or outside both. */
  readonly from: 'compile' | 'evaluation' | 'call';
}

/** Options for traces: which are kept, and how large they may be. */
export interface TraceOptions {
  /** Share of traces to keep, from 0 to 1, chosen by a hash of the trace id. Default: 1. */
  readonly rate?: number;
  /**
   * Returns whether to trace a call. It must be synchronous. If it throws, the trace is kept and `AXL_TRACE_FILTER` is
   * reported. Default: every call is traced.
   */
  readonly filter?: (call: TraceCall) => boolean;
  /** Whether `rate` and `filter` also apply to calls inside evaluations. Default: false, which keeps all of those. */
  readonly evaluations?: boolean;
  /** Maximum number of spans of one trace; further spans are dropped and counted. Default: 1,000. */
  readonly maxSpans?: number;
}

/** Price of a model, in US dollars per million tokens. */
export interface Price {
  /** Price of prompt tokens. */
  readonly prompt: number;
  /** Price of completion tokens. */
  readonly completion: number;
  /** Price of prompt tokens from the provider's cache. Default: that of `prompt`. */
  readonly cached?: number;
}

/** Prices by model name. `*` in a name matches any characters; an exact name takes precedence over a pattern. */
export type Prices = Readonly<Record<string, Price>>;

/** Default of `traces.maxSpans`. */
export const DEFAULT_MAX_SPANS = 1_000;
