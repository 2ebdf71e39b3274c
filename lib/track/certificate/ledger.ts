/** What one candidate's full evaluations came to at best. */
export interface FullScore {
  readonly candidateId: string;
  readonly trialId: string;
  /** Name of the trial, as `eval_full_3`. */
  readonly name: string;
  readonly score: number;
}

/**
 * What the trials of a compile said of its candidates. A compile that evaluates nothing itself, because the compiles
 * inside of it do, goes by theirs.
 */
export class Ledger {
  /** Candidate to the trial that ran it last. */
  readonly #ran = new Map<string, string>();
  readonly #proposed = new Set<string>();
  readonly #own = new Map<string, FullScore>();
  readonly #inner = new Map<string, FullScore>();

  readonly #outer: Ledger | null;

  /** @param outer ledger of the compile that this one runs in */
  constructor(outer: Ledger | null) {
    this.#outer = outer;
  }

  /** A trial has ended that is no finished full evaluation. */
  trial(candidateId: string, trialId: string): void {
    for (let ledger: Ledger | null = this; ledger; ledger = ledger.#outer) ledger.#ran.set(candidateId, trialId);
  }

  /** A full evaluation has finished. */
  fullTrial(evaluation: FullScore): void {
    this.trial(evaluation.candidateId, evaluation.trialId);
    note(evaluation, this.#own);
    for (let outer = this.#outer; outer; outer = outer.#outer) note(evaluation, outer.#inner);
  }

  /** The search told of a candidate. */
  propose(candidateId: string): void {
    for (let ledger: Ledger | null = this; ledger; ledger = ledger.#outer) ledger.#proposed.add(candidateId);
  }

  /** Whether the search told of it, without having to run it. */
  wasProposed(candidateId: string): boolean {
    return this.#proposed.has(candidateId);
  }

  /** Whether any trial ran it. */
  hasRun(candidateId: string): boolean {
    return this.#ran.has(candidateId);
  }

  /** The trial that ran it last, of those that have ended. */
  lastTrial(candidateId: string): string | undefined {
    return this.#ran.get(candidateId);
  }

  /** The candidate's highest full score; `undefined` where it was never evaluated in full. */
  fullScore(candidateId: string): FullScore | undefined {
    return this.#full.get(candidateId);
  }

  /** The highest full score, the earliest of equal ones; `undefined` without any. */
  best(): FullScore | undefined {
    let best: FullScore | undefined;
    for (const score of this.#full.values()) if (best === undefined || score.score > best.score) best = score;
    return best;
  }

  get #full(): ReadonlyMap<string, FullScore> {
    return this.#own.size > 0 ? this.#own : this.#inner;
  }
}

function note(evaluation: FullScore, scores: Map<string, FullScore>): void {
  const known = scores.get(evaluation.candidateId);
  if (known && known.score >= evaluation.score) return;
  // Set anew, it comes last: of equal scores the earliest stays first.
  scores.delete(evaluation.candidateId);
  scores.set(evaluation.candidateId, evaluation);
}
