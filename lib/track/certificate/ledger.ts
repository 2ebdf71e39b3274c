/** The score of a full evaluation. */
export interface FullScore {
  readonly candidateId: string;
  readonly trialId: string;
  /** Name of the trial, such as `eval_full_3`. */
  readonly name: string;
  readonly score: number;
}

/**
 * Collects the trials of a compile by candidate. A compile without full evaluations uses those of the compiles that run in
 * it.
 */
export class Ledger {
  /** Last trial by candidate. */
  readonly #lastTrials = new Map<string, string>();
  readonly #proposed = new Set<string>();
  readonly #own = new Map<string, FullScore>();
  readonly #inner = new Map<string, FullScore>();

  readonly #outer: Ledger | null;

  /** @param outer ledger of the compile that this compile runs in, or `null` */
  constructor(outer: Ledger | null) {
    this.#outer = outer;
  }

  /** Adds an ended trial of any scope and status. */
  addTrial(candidateId: string, trialId: string): void {
    for (let ledger: Ledger | null = this; ledger; ledger = ledger.#outer) ledger.#lastTrials.set(candidateId, trialId);
  }

  /** Adds a finished full evaluation. */
  addFullTrial(evaluation: FullScore): void {
    this.addTrial(evaluation.candidateId, evaluation.trialId);
    keepHigher(evaluation, this.#own);
    for (let outer = this.#outer; outer; outer = outer.#outer) keepHigher(evaluation, outer.#inner);
  }

  /** Adds a candidate that the search proposed. */
  addProposal(candidateId: string): void {
    for (let ledger: Ledger | null = this; ledger; ledger = ledger.#outer) ledger.#proposed.add(candidateId);
  }

  /** Returns whether the search proposed the candidate. */
  isProposed(candidateId: string): boolean {
    return this.#proposed.has(candidateId);
  }

  /** Returns the last ended trial of the candidate, or `undefined` if there is none. */
  lastTrialOf(candidateId: string): string | undefined {
    return this.#lastTrials.get(candidateId);
  }

  /** Returns the candidate's highest full score, or `undefined` if it has none. */
  fullScore(candidateId: string): FullScore | undefined {
    return this.#full.get(candidateId);
  }

  /** Returns the highest full score, the earliest of equal ones, or `undefined` if there is none. */
  best(): FullScore | undefined {
    let best: FullScore | undefined;
    for (const score of this.#full.values()) if (best === undefined || score.score > best.score) best = score;
    return best;
  }

  get #full(): ReadonlyMap<string, FullScore> {
    return this.#own.size > 0 ? this.#own : this.#inner;
  }
}

function keepHigher(evaluation: FullScore, scores: Map<string, FullScore>): void {
  const known = scores.get(evaluation.candidateId);
  if (known && known.score >= evaluation.score) return;
  // Deleting it first moves it to the end, so that the earliest of equal scores stays first.
  scores.delete(evaluation.candidateId);
  scores.set(evaluation.candidateId, evaluation);
}
