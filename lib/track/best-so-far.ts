import type { BestProgramData, CandidateData, EvaluationResult, Json, TrialIdentity } from '../contract/events.js';
import { fillPlaceholders } from '../contract/program/placeholders.js';
import { emit } from '../record/emit.js';
import type { Place } from '../record/open-runs.js';
import { settings } from '../support/settings.js';
import { captureOwn } from '../support/snapshot/snapshot.js';
import type { Candidates } from './candidates.js';
import type { Saved } from './certificate/checks.js';
import { Ledger } from './certificate/ledger.js';
import { saveProgram } from './certificate/saved-program.js';
import { certify } from './certification.js';
import type { RunState } from './run.js';
import type { CandidateInput, CompileEnding } from './types.js';

/** A trial that has ended. */
export interface EndedTrial {
  readonly id: string;
  readonly place: Place;
  readonly identity: TrialIdentity;
  readonly result: EvaluationResult;
}

/** The compile that a certificate is made for. */
export interface CertifiedCompile {
  readonly run: RunState;
  readonly optimizer: string;
  readonly place: Place;
  /** State of the program before the compile. */
  readonly seed: CandidateData | null;
}

/** The returned program, as it is recorded and as it is loaded. */
export interface DescribedProgram {
  readonly best: BestProgramData;
  /** For the certificate only. It contains secrets. */
  readonly saved: Saved;
}

/** Follows which candidate of a compile is the best so far, by full evaluations, and certifies the returned program. */
export class BestSoFar {
  readonly #ledger: Ledger;
  readonly #candidates: Candidates;
  readonly #fullScores = new Map<string, number>();
  #score: number | null = null;

  /** @param outer of the compile that this compile runs in, or `null` */
  constructor(candidates: Candidates, outer: BestSoFar | null) {
    this.#candidates = candidates;
    this.#ledger = new Ledger(outer === null ? null : outer.#ledger);
  }

  /** Records that the search proposed a candidate. */
  addProposal(candidateId: string): void {
    this.#ledger.addProposal(candidateId);
  }

  /** Returns the last ended trial of a candidate, or `undefined` if there is none. */
  lastTrialOf(candidateId: string): string | undefined {
    return this.#ledger.lastTrialOf(candidateId);
  }

  /** Records an ended trial. Fires `onBestChanged` if it is a full evaluation with a higher score than any before. */
  addTrial(runId: string, { id, place, identity, result }: EndedTrial): void {
    const { candidate } = identity;
    if (!candidate) return;
    const { score, status } = result;
    this.#ledger.addTrial(candidate.id, id);
    if (identity.scope !== 'full' || status !== 'finished' || score === null) return;
    const name = identity.name ?? `trial ${identity.index}`;
    this.#ledger.addFullTrial({ candidateId: candidate.id, trialId: id, name, score });
    this.#fullScores.set(candidate.id, score);
    if (this.#score !== null && score <= this.#score) return;
    const previous = this.#score;
    this.#score = score;
    const { key, step } = identity;
    const change = { candidateId: candidate.id, trialId: id, key: key ?? 'full', step, score, previous };
    emit(runId, 'onBestChanged', change, { place });
  }

  /** Returns the data that is recorded for the program that a compile returned. */
  describeReturned(returned: NonNullable<CompileEnding['best']>): DescribedProgram {
    const { format, program } = returned;
    const candidate = this.#candidates.identify(returned.candidate);
    const score = this.#fullScores.get(candidate.id) ?? null;
    const { redactor } = settings();
    const { data, values } = saveProgram(returned, candidate, redactor);
    const restore = <T extends object>(recorded: T): T =>
      data.secrets ? (fillPlaceholders(recorded as unknown as Json, values) as unknown as T) : recorded;
    return {
      best: captureOwn({ candidate, score, format, ...data }, redactor),
      saved: {
        format,
        program,
        restored: restore(data.program as object) as Json,
        candidate: restore(candidate),
        secrets: data.secrets ?? [],
      },
    };
  }

  /** Certifies the returned program and fires `onCertificate`. The run stays open until then. */
  certify(compile: CertifiedCompile, { best, saved }: DescribedProgram, returned: CompileEnding['returned']): void {
    const { run, optimizer, place, seed } = compile;
    const candidates = this.#candidates;
    const idOf = (state: CandidateInput): string => candidates.identify(state).id;
    certify({
      run,
      optimizer,
      place,
      returned: {
        candidate: best.candidate,
        appliedId: returned?.applied ? idOf(returned.applied) : null,
        ledger: this.#ledger,
        seed,
        stateOf: (id) => candidates.get(id),
      },
      saved,
      idOf,
      check: returned?.check ?? 'the program that the compile worked on is unknown',
    });
  }
}
