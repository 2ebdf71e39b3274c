import type { CandidateData, EventData, Json } from '../../contract/events.js';
import type { CandidateHistory, Decision } from './types.js';
import { candidateOf, jsonOf, listOf, textOf } from './values.js';

interface Met {
  candidate: CandidateData;
  by: string | null;
  changed: readonly string[];
  evidence: Json;
  readonly time: number;
}

/** The candidates of a compile, in order of first appearance. */
export class CandidateBook {
  readonly #met = new Map<string, Met>();
  readonly #trialIds = new Map<string, Set<string>>();
  readonly #decisions = new Map<string, Decision>();
  #seed: string | null = null;

  /** A candidate is met: proposed, tried or returned. What says more of its parents replaces what says less. */
  meet(data: CandidateData | null | undefined, time: number): Met | null {
    const candidate = candidateOf(data);
    if (!candidate) return null;
    const known = this.#met.get(candidate.id);
    if (!known) {
      const met = { candidate, by: null, changed: [], evidence: null, time };
      this.#met.set(candidate.id, met);
      return met;
    }
    if (known.candidate.parents.length < candidate.parents.length) known.candidate = candidate;
    return known;
  }

  seed(data: CandidateData | null | undefined, time: number): void {
    const met = this.meet(data, time);
    if (!met) return;
    met.by ??= 'seed';
    this.#seed = met.candidate.id;
  }

  proposed(data: EventData['onCandidateProposed'], time: number): void {
    const met = this.meet(data.candidate, time);
    if (!met) return;
    met.by = textOf(data.by, met.by);
    met.changed = listOf(data.changed);
    met.evidence = jsonOf(data.evidence);
  }

  /** A trial ran it; its record may be lost. */
  tried(candidateId: string, trialId: string): void {
    const ids = this.#trialIds.get(candidateId) ?? new Set();
    this.#trialIds.set(candidateId, ids.add(trialId));
  }

  /** Also of a candidate that is met later, or whose proposal is lost. The last decision holds. */
  decided(candidateId: string, decision: Decision): void {
    this.#decisions.set(candidateId, decision);
  }

  get seedCandidate(): CandidateData | null {
    return (this.#seed === null ? undefined : this.#met.get(this.#seed)?.candidate) ?? null;
  }

  /** As they stand; the seed first. */
  view(): readonly CandidateHistory[] {
    const views = [...this.#met.values()].map((met) => ({
      ...met,
      trialIds: [...(this.#trialIds.get(met.candidate.id) ?? [])],
      decision: this.#decisions.get(met.candidate.id) ?? null,
    }));
    return views.sort((a, b) => Number(b.candidate.id === this.#seed) - Number(a.candidate.id === this.#seed));
  }
}
