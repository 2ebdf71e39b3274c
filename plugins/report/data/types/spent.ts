/** The LM calls of a run, compile, trial or evaluation, with their tokens and cost. */
export interface SpentPage {
  readonly calls: number;
  readonly tokens: number;
  /** In US dollars; `null` if the price of a model is unknown. */
  readonly cost: number | null;
}
