/** One thing that a sink must hold to. */
export interface ContractCheck {
  /** Says what the sink does, e.g. `keeps the events of interleaved runs apart`. Unique in its list. */
  readonly name: string;
  /** Resolves if the sink does it, and rejects with an `AssertionError` or the sink's own error if not. */
  readonly run: () => Promise<void>;
}
