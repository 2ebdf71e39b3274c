import type { SpanLM, SpanType, Status } from '../../contract/events.js';

/** Input of a span. */
export interface SpanSetup {
  readonly name: string;
  readonly type: SpanType;
  /** The caller's own values, which `traces.filter` receives. */
  readonly inputs: unknown;
  /** Returns the inputs to record, as a copy that nothing else changes. Default: a copy of `inputs`. */
  readonly recorded?: () => unknown;
  readonly attributes?: Readonly<Record<string, unknown>>;
  /** The program, service or function that is called. The names of child spans may depend on it. */
  readonly subject?: unknown;
  /** In milliseconds since the Unix epoch. Default: now. */
  readonly startTime?: number;
}

/** How a span ended. */
export interface SpanEnding {
  readonly status: Status;
  readonly outputs?: unknown;
  /** The outputs as a copy that nothing else changes. It is recorded instead of `outputs`. */
  readonly copied?: unknown;
  /** The value that was thrown, itself and not a copy. */
  readonly error?: unknown;
  readonly lm?: SpanLM;
}
