import { type CompareOptions, type Comparison, compareAmong, differencesOf } from './compare.js';
import type { Interval } from './intervals/interval.js';
import { meanInterval } from './intervals/mean-interval.js';
import { holm, mean, scoresOf } from './mean.js';
import { pairByExample, type ScoredExample } from './pairs.js';
import { signFlipTest } from './sign-flip.js';

/** One finished full evaluation. */
export interface FullEvaluation {
  /** The evaluated candidate. */
  readonly candidateId: string;
  /** Id of the trial. */
  readonly trialId: string;
  /** Results by example; empty if the evaluator reports none. */
  readonly examples: readonly ScoredExample[];
  /** Mean that the trial reported. It is only used if no example has a score. */
  readonly score: number | null;
}

/** The candidate with the highest mean score in a full evaluation. */
export interface BestCandidate {
  /** Id of the candidate. */
  readonly candidateId: string;
  /** The trial in which it scored highest. */
  readonly trialId: string;
  /** Mean score in that trial. */
  readonly score: number;
  /** Interval of the mean; `null` if none can be stated: see `meanInterval`. */
  readonly interval: Interval | null;
}

/** Comparison of the best candidate (`after`) with the seed (`before`). */
export interface SeedComparison extends Comparison {
  /** First full evaluation of the seed. */
  readonly seedTrialId: string;
  /** The trial in which the best candidate scored highest. */
  readonly bestTrialId: string;
}

/** Result of a search, from the full evaluations of one compile. */
export interface SearchVerdict {
  /** The candidate with the highest mean in a full evaluation, the earliest of equal ones; `null` if there is none. */
  readonly best: BestCandidate | null;
  /** Whether the seed was evaluated in full and no candidate scored higher. */
  readonly seedIsBest: boolean;
  /** Number of candidates with a full evaluation, without the seed. The best was chosen among them. */
  readonly candidates: number;
  /**
   * The best candidate against the seed; `null` if the seed is the best, or either has no full evaluation by example.
   */
  readonly versusSeed: SeedComparison | null;
}

/** Largest number of evaluations that wait for the seed's. Any further candidate gets p = 1. */
const MAX_BEFORE_SEED = 100;

interface ScoredEvaluation extends FullEvaluation {
  readonly mean: number;
}

/**
 * Finds the best candidate of a compile from its full evaluations, and tests whether it is better than the seed. It
 * only keeps the examples of two evaluations, the seed's and the best one's, and one p value for each candidate.
 *
 * The seed is represented by its first full evaluation, any other candidate by its highest, the earliest of equal ones.
 * The best was chosen among all candidates by the same scores that it is tested on, so its p value is adjusted for all
 * of them.
 */
export class FullScores {
  #seed: ScoredEvaluation | null = null;
  #top: ScoredEvaluation | null = null;
  readonly #highest = new Map<string, { readonly mean: number; readonly p: number | null }>();
  readonly #means = new Map<string, number>();
  #beforeSeed: ScoredEvaluation[] = [];

  readonly #seedId: string | null;
  readonly #options: CompareOptions;

  /** @param seedId the candidate that the others are compared with; `null` if the compile has no known seed */
  constructor(seedId: string | null, options: CompareOptions = {}) {
    this.#seedId = seedId;
    this.#options = options;
  }

  /** Number of candidates with a full evaluation, without the seed. */
  get candidates(): number {
    return this.#highest.size;
  }

  /** Adds a finished full evaluation. One without a finite score is ignored. */
  add(evaluation: FullEvaluation): void {
    const score = meanOf(evaluation.examples) ?? evaluation.score;
    if (score === null || !Number.isFinite(score)) return;
    const scored: ScoredEvaluation = { ...evaluation, mean: score };
    this.#means.set(scored.candidateId, Math.max(score, this.#means.get(scored.candidateId) ?? score));
    if (this.#top === null || score > this.#top.mean) this.#top = scored;
    if (scored.candidateId === this.#seedId) this.#addSeed(scored);
    else this.#addCandidate(scored);
  }

  /** Returns the highest mean of a candidate's full evaluations; `undefined` if it has none. */
  scoreOf(candidateId: string): number | undefined {
    return this.#means.get(candidateId);
  }

  /** Returns the best candidate so far; `null` before the first full evaluation. */
  best(): BestCandidate | null {
    const top = this.#top;
    if (top === null) return null;
    const interval = meanInterval(scoresOf(top.examples.map(({ score }) => score)), this.#options);
    return { candidateId: top.candidateId, trialId: top.trialId, score: top.mean, interval };
  }

  /**
   * Compares the best candidate with the seed. P is adjusted by Holm's method for all candidates with a full
   * evaluation. `null` while the seed is the best, or while either has no full evaluation by example.
   */
  versusSeed(): SeedComparison | null {
    const seed = this.#seed;
    const top = this.#top;
    if (seed === null || top === null || top.candidateId === this.#seedId) return null;
    const pairs = pairByExample(seed.examples, top.examples);
    if (pairs.before.length === 0) return null;
    const others = [...this.#highest].filter(([id]) => id !== top.candidateId).map(([, { p }]) => p ?? 1);
    const adjust = (p: number): number => holm([p, ...others])[0] ?? 1;
    const comparison = compareAmong(pairs, { adjust, comparisons: others.length + 1 }, this.#options);
    return { ...comparison, seedTrialId: seed.trialId, bestTrialId: top.trialId };
  }

  /** Returns the verdict so far. */
  verdict(): SearchVerdict {
    const { candidates } = this;
    const seed = this.#seed;
    const top = this.#top;
    const seedId = this.#seedId;
    const seedIsBest = seed !== null && top?.candidateId === seedId;
    return { best: this.best(), seedIsBest, candidates, versusSeed: this.versusSeed() };
  }

  #addSeed(seed: ScoredEvaluation): void {
    if (this.#seed !== null) return;
    this.#seed = seed;
    const waiting = this.#beforeSeed;
    this.#beforeSeed = [];
    for (const evaluation of waiting) this.#addCandidate(evaluation);
  }

  #addCandidate(evaluation: ScoredEvaluation): void {
    const { candidateId, examples, mean: score } = evaluation;
    const seed = this.#seed;
    const known = this.#highest.get(candidateId);
    if (known && known.mean >= score && known.p !== null) return;
    if (seed === null && this.#seedId !== null && this.#beforeSeed.length < MAX_BEFORE_SEED) {
      this.#beforeSeed.push(evaluation);
    }
    const p =
      seed === null ? null : signFlipTest(differencesOf(pairByExample(seed.examples, examples)), this.#options).p;
    this.#highest.set(candidateId, { mean: score, p });
  }
}

function meanOf(examples: readonly ScoredExample[]): number | null {
  return mean(scoresOf(examples.map(({ score }) => score)));
}
