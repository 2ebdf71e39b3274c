import type { Role, SpanType } from './events.js';

/** A call that a trace is about to begin with, as a filter sees it. */
export interface TraceCall {
  /** Name that the root span will have. */
  readonly name: string;
  readonly type: SpanType;
  /** Whom the call is made for. */
  readonly role: Role;
  /** What the program or model is called with: the caller's very values, not to be changed. */
  readonly inputs: unknown;
  /** Where it is called: inside a compile, inside an evaluation, or on its own. */
  readonly from: 'compile' | 'evaluation' | 'call';
}

/** Which traces are kept, and how big they may be. */
export interface TraceOptions {
  /** Share of the traces that is kept, from 0 to 1; decided by a hash of the trace id. Default: 1, all. */
  readonly rate?: number;
  /** Says which calls are traced. It must be synchronous; if it throws, the trace is kept. Default: all. */
  readonly filter?: (call: TraceCall) => boolean;
  /** Whether `rate` and `filter` also decide about calls inside evaluations. Default: false, all of them are kept. */
  readonly evaluations?: boolean;
  /** Spans that one trace may have; those beyond are left out and counted. Default: 1,000. */
  readonly maxSpans?: number;
}

/** Price of a model in US dollars for a million tokens. */
export interface Price {
  /** Of prompt tokens. */
  readonly prompt: number;
  /** Of completion tokens. */
  readonly completion: number;
  /** Of prompt tokens that come from the provider's cache. Default: that of `prompt`. */
  readonly cached?: number;
}

/** Prices by model name. `*` in a name stands for any characters; a whole name goes before a pattern. */
export type Prices = Readonly<Record<string, Price>>;

export const DEFAULT_MAX_SPANS = 1_000;
