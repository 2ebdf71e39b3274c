import type { BestProgramData, CandidateData, EvaluationResult, Json, TrialIdentity } from '../contract/events.js';
import { emit } from '../record/emit.js';
import type { Place } from '../record/open-runs.js';
import { settings } from '../support/settings.js';
import { capture } from '../support/snapshot/snapshot.js';
import type { Candidates } from './candidates.js';
import { Ledger } from './certificate/ledger.js';
import { certify } from './certification.js';
import type { RunState } from './run.js';
import type { CandidateInput, CompileEnding } from './types.js';

/** A trial that has ended, as far as the best candidate depends on it. */
export interface EndedTrial {
  readonly id: string;
  readonly place: Place;
  readonly identity: TrialIdentity;
  readonly result: EvaluationResult;
}

/** The compile whose best candidate it is. */
export interface BestOwner {
  readonly run: RunState;
  readonly optimizer: string;
  readonly place: Place;
  readonly seed: CandidateData | null;
}

/** The best candidate of one compile so far, by full evaluations, and whether what the compile returned is that one. */
export class BestSoFar {
  readonly #ledger: Ledger;
  readonly #candidates: Candidates;
  readonly #fullScores = new Map<string, number>();
  #score: number | null = null;

  /** @param outer that of the compile which this one runs in */
  constructor(candidates: Candidates, outer: BestSoFar | null) {
    this.#candidates = candidates;
    this.#ledger = new Ledger(outer === null ? null : outer.#ledger);
  }

  /** Notes a candidate that the search proposed without having run it. */
  propose(candidateId: string): void {
    this.#ledger.propose(candidateId);
  }

  /** The trial that ran a candidate last; `undefined` when none did. */
  lastTrialOf(candidateId: string): string | undefined {
    return this.#ledger.lastTrial(candidateId);
  }

  /** Takes a trial that has ended; a full evaluation with a higher score than any before fires `onBestChanged`. */
  note(runId: string, { id, place, identity, result }: EndedTrial): void {
    const { candidate } = identity;
    if (!candidate) return;
    const { score, status } = result;
    this.#ledger.trial(candidate.id, id);
    if (identity.scope !== 'full' || status !== 'finished' || score === null) return;
    const name = identity.name ?? `trial ${identity.index}`;
    this.#ledger.fullTrial({ candidateId: candidate.id, trialId: id, name, score });
    this.#fullScores.set(candidate.id, score);
    if (this.#score !== null && score <= this.#score) return;
    const previous = this.#score;
    this.#score = score;
    const { key, step } = identity;
    const change = { candidateId: candidate.id, trialId: id, key: key ?? 'full', step, score, previous };
    emit(runId, 'onBestChanged', change, { place });
  }

  /** What a compile returned, as it is recorded. */
  returned(best: NonNullable<CompileEnding['best']>): BestProgramData {
    const { candidate } = this.#candidates.take(best.candidate);
    const score = this.#fullScores.get(candidate.id) ?? null;
    // Kept as it goes out with the event, so that it is walked once.
    const program = capture(best.program, settings().redactor);
    return { candidate, score, format: best.format, program };
  }

  /** Certifies the returned program: fires `onCertificate`, for which the run waits. */
  certify(owner: BestOwner, best: BestProgramData, program: Json, given: CompileEnding['returned']): void {
    const { run, optimizer, place, seed } = owner;
    const candidates = this.#candidates;
    const idOf = (state: CandidateInput): string => candidates.take(state).candidate.id;
    certify({
      run,
      optimizer,
      place,
      returned: {
        candidate: best.candidate,
        appliedId: given?.applied ? idOf(given.applied) : null,
        ledger: this.#ledger,
        seed,
        stateOf: (id) => candidates.get(id),
      },
      saved: { format: best.format, program, written: best.program },
      idOf,
      check: given?.check ?? 'the compile did not say what it works on',
    });
  }
}
