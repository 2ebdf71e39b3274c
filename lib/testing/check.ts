/** One check of the sink contract. */
export interface ContractCheck {
  /** What the sink must do, e.g. `keeps the events of interleaved runs apart`. Unique in its list. */
  readonly name: string;
  /** Resolves if the sink does it. Otherwise rejects with an `AssertionError` or the sink's own error. */
  readonly run: () => Promise<void>;
}
