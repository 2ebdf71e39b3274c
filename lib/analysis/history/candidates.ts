import type { CandidateData, EventData, Json } from '../../contract/events.js';
import type { CandidateHistory, Decision } from './types.js';
import { candidateOf, jsonOf, listOf, textOf } from './values.js';

interface KnownCandidate {
  candidate: CandidateData;
  by: string | null;
  changed: readonly string[];
  evidence: Json;
  readonly time: number;
}

/** Collects the candidates of one compile. */
export class CompileCandidates {
  readonly #known = new Map<string, KnownCandidate>();
  readonly #trialIds = new Map<string, Set<string>>();
  readonly #decisions = new Map<string, Decision>();
  #seed: string | null = null;

  /** Adds a candidate that was proposed, tried or returned. If it is known, the version with more parents is kept. */
  add(data: CandidateData | null | undefined, time: number): KnownCandidate | null {
    const candidate = candidateOf(data);
    if (!candidate) return null;
    const known = this.#known.get(candidate.id);
    if (!known) {
      const added = { candidate, by: null, changed: [], evidence: null, time };
      this.#known.set(candidate.id, added);
      return added;
    }
    if (known.candidate.parents.length < candidate.parents.length) known.candidate = candidate;
    return known;
  }

  /** Adds the seed. */
  seed(data: CandidateData | null | undefined, time: number): void {
    const seed = this.add(data, time);
    if (!seed) return;
    seed.by ??= 'seed';
    this.#seed = seed.candidate.id;
  }

  /** Adds a proposed candidate and how it was made. */
  proposed(data: EventData['onCandidateProposed'], time: number): void {
    const proposed = this.add(data.candidate, time);
    if (!proposed) return;
    proposed.by = textOf(data.by, proposed.by);
    proposed.changed = listOf(data.changed);
    proposed.evidence = jsonOf(data.evidence);
  }

  /** Records that a trial ran a candidate. The candidate may be added later, or never. */
  tried(candidateId: string, trialId: string): void {
    const ids = this.#trialIds.get(candidateId) ?? new Set();
    this.#trialIds.set(candidateId, ids.add(trialId));
  }

  /** Records a decision; the last one counts. The candidate may be added later, or never. */
  decided(candidateId: string, decision: Decision): void {
    this.#decisions.set(candidateId, decision);
  }

  /** The seed's state; `null` before it was added. */
  get seedCandidate(): CandidateData | null {
    return (this.#seed === null ? undefined : this.#known.get(this.#seed)?.candidate) ?? null;
  }

  /** Returns the candidates so far, in order of first appearance, the seed first. */
  view(): readonly CandidateHistory[] {
    const views = [...this.#known.values()].map((known) => ({
      ...known,
      trialIds: [...(this.#trialIds.get(known.candidate.id) ?? [])],
      decision: this.#decisions.get(known.candidate.id) ?? null,
    }));
    return views.sort((a, b) => Number(b.candidate.id === this.#seed) - Number(a.candidate.id === this.#seed));
  }
}
