import { bootstrapInterval, type Interval } from './bootstrap.js';
import { adjusted, type CompareOptions, type Comparison, compare, differencesOf } from './compare.js';
import { holm, mean, scoresOf } from './mean.js';
import { pairByExample, type ScoredExample } from './pairs.js';
import { signFlipTest } from './sign-flip.js';
import { ALPHA } from './words.js';

/** One finished full evaluation. */
export interface FullEvaluation {
  readonly candidateId: string;
  readonly trialId: string;
  /** Empty where the evaluator told no example results. */
  readonly examples: readonly ScoredExample[];
  /** Mean as the trial told it; used only where the examples have no scores. */
  readonly score: number | null;
}

/** The candidate with the highest mean full score. */
export interface BestCandidate {
  readonly candidateId: string;
  readonly trialId: string;
  readonly score: number;
  readonly interval: Interval | null;
}

/** The best against the seed. */
export interface SeedComparison extends Comparison {
  readonly seedTrialId: string;
  readonly bestTrialId: string;
}

/** What the full evaluations of one compile come to. */
export interface SearchVerdict {
  /** Highest mean of a finished full evaluation, the earliest of equal ones; `null` without any. */
  readonly best: BestCandidate | null;
  /** Whether no candidate scored higher than the seed. */
  readonly seedIsBest: boolean;
  /** Number of candidates, apart from the seed, with a full evaluation: the best was chosen among them. */
  readonly candidates: number;
  /** The best against the seed; `null` where the seed is the best or either was not evaluated so. */
  readonly versusSeed: SeedComparison | null;
}

/** Evaluations that are kept until the seed's comes; of more than that, p counts as 1. */
const MOST_EARLY = 100;

interface Held extends FullEvaluation {
  readonly mean: number;
}

/**
 * The full evaluations of one compile, as they come in: which candidate is best, and whether it is really better than the
 * seed. It keeps the examples of two evaluations, the seed's and the best one's, and one p value for each candidate.
 *
 * The seed counts with its first full evaluation, any other candidate with its highest, the earliest of equal ones. The
 * best was chosen among all candidates by the very scores it is judged by, so its p value is adjusted for all of them.
 */
export class FullScores {
  #seed: Held | null = null;
  #top: Held | null = null;
  readonly #highest = new Map<string, { readonly mean: number; readonly p: number | null }>();
  readonly #means = new Map<string, number>();
  #early: Held[] = [];

  readonly #seedId: string | null;
  readonly #options: CompareOptions;

  /** @param seedId candidate that the others are compared with; `null` where the compile told none */
  constructor(seedId: string | null, options: CompareOptions = {}) {
    this.#seedId = seedId;
    this.#options = options;
  }

  /** Number of candidates, apart from the seed, with a full evaluation. */
  get candidates(): number {
    return this.#highest.size;
  }

  add(evaluation: FullEvaluation): void {
    const score = meanOf(evaluation.examples) ?? evaluation.score;
    if (score === null || !Number.isFinite(score)) return;
    const held: Held = { ...evaluation, mean: score };
    this.#means.set(held.candidateId, Math.max(score, this.#means.get(held.candidateId) ?? score));
    if (this.#top === null || score > this.#top.mean) this.#top = held;
    if (held.candidateId === this.#seedId) this.#addSeed(held);
    else this.#addCandidate(held);
  }

  /** The candidate's highest mean full score; `undefined` where it was not evaluated in full. */
  scoreOf(candidateId: string): number | undefined {
    return this.#means.get(candidateId);
  }

  /** The best so far; `null` before the first full evaluation. */
  best(): BestCandidate | null {
    const top = this.#top;
    if (top === null) return null;
    const interval = bootstrapInterval(scoresOf(top.examples.map(({ score }) => score)), this.#options);
    return { candidateId: top.candidateId, trialId: top.trialId, score: top.mean, interval };
  }

  /**
   * The best against the seed, its p adjusted (Holm) for all candidates that were compared with it. `null` while the seed
   * is the best, or either has no full evaluation with example results.
   */
  versusSeed(): SeedComparison | null {
    const seed = this.#seed;
    const top = this.#top;
    if (seed === null || top === null || top.candidateId === this.#seedId) return null;
    const comparison = compare(seed.examples, top.examples, this.#options);
    if (comparison.pairs === 0) return null;
    const others = [...this.#highest].filter(([id]) => id !== top.candidateId).map(([, { p }]) => p ?? 1);
    const [p = 1] = holm([comparison.p, ...others]);
    const all = adjusted(comparison, p, others.length + 1, this.#options.alpha ?? ALPHA);
    return { ...all, seedTrialId: seed.trialId, bestTrialId: top.trialId };
  }

  /** All of it. */
  verdict(): SearchVerdict {
    const { candidates } = this;
    const seed = this.#seed;
    const top = this.#top;
    const seedId = this.#seedId;
    const seedIsBest = seed !== null && top?.candidateId === seedId;
    return { best: this.best(), seedIsBest, candidates, versusSeed: this.versusSeed() };
  }

  #addSeed(held: Held): void {
    if (this.#seed !== null) return;
    this.#seed = held;
    const early = this.#early;
    this.#early = [];
    for (const evaluation of early) this.#addCandidate(evaluation);
  }

  #addCandidate(held: Held): void {
    const seed = this.#seed;
    const highest = this.#highest;
    const known = highest.get(held.candidateId);
    if (known && known.mean >= held.mean && known.p !== null) return;
    if (seed === null && this.#seedId !== null && this.#early.length < MOST_EARLY) this.#early.push(held);
    const p =
      seed === null ? null : signFlipTest(differencesOf(pairByExample(seed.examples, held.examples)), this.#options).p;
    highest.set(held.candidateId, { mean: held.mean, p });
  }
}

function meanOf(examples: readonly ScoredExample[]): number | null {
  return mean(scoresOf(examples.map(({ score }) => score)));
}
