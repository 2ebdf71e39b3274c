import { whyNotCertified } from '../contract/certificate-reason.js';
import type { CandidateData, CertificateCheck } from '../contract/events.js';
import { emit } from '../record/emit.js';
import type { Place } from '../record/open-runs.js';
import { runDetached } from '../support/async.js';
import { addPendingWork } from '../support/pending-work.js';
import { warnEach } from '../support/warnings.js';
import { checkReturned, checkSerialized, type Returned, type Saved } from './certificate/checks.js';
import { verdictOf } from './certificate/verdict.js';
import type { RunState } from './run.js';
import type { ProgramCheck, StateHash } from './types.js';

/** What a certificate is made of. */
export interface Certified {
  readonly run: RunState;
  readonly optimizer: string;
  readonly place: Place;
  readonly returned: Returned;
  readonly saved: Saved;
  readonly idOf: StateHash;
  /** Loads and renders the program; where nobody can, why. */
  readonly check: ProgramCheck | string;
}

/**
 * Certifies that what a compile returned is what its best trial scored. What the state alone says is checked at once, as
 * the user may change the program from now on; loading and rendering comes afterwards, while the run waits for it.
 */
export function certify(certified: Certified): void {
  const certification = new Certification(certified);
  const { run, check } = certified;
  if (typeof check === 'string') {
    certification.end(unchecked(check));
    return;
  }
  run.childStarted(certification);
  addPendingWork(run.runId, certification.work(check));
}

/** Nothing in it waits for anything; should it hang all the same, the run ends without it. */
const LIMIT_MS = 5_000;

class Certification {
  readonly #checks: readonly CertificateCheck[];
  readonly #trialId: string | null;
  readonly #recorded: CandidateData | null;
  #done = false;

  readonly #certified: Certified;

  constructor(certified: Certified) {
    this.#certified = certified;
    const { returned, saved, idOf } = certified;
    const { trialId, ...check } = checkReturned(returned);
    this.#checks = [check, checkSerialized(returned.candidate, saved, idOf)];
    this.#trialId = trialId;
    this.#recorded = check.passed ? returned.candidate : null;
  }

  async work(check: ProgramCheck): Promise<void> {
    const { saved, idOf, returned } = this.#certified;
    const { format, written } = saved;
    let timer: NodeJS.Timeout | undefined;
    const timeUp = new Promise<readonly CertificateCheck[]>((resolve) => {
      timer = setTimeout(() => resolve(unchecked(`it took over ${LIMIT_MS} ms`)), LIMIT_MS);
      timer.unref();
    });
    const checking = async () =>
      runDetached(() => check({ format, program: written }, returned.candidate, this.#recorded, idOf));
    const rest = await Promise.race([checking(), timeUp]).catch((error: unknown) =>
      unchecked(error instanceof Error ? error.message : String(error)),
    );
    clearTimeout(timer);
    this.end(rest);
    this.#certified.run.childEnded(this);
  }

  /** The process ends before the program was loaded and rendered. */
  abandon(): void {
    this.end(unchecked('the process ended first'));
  }

  end(rest: readonly CertificateCheck[]): void {
    if (this.#done) return;
    this.#done = true;
    const { run, place, optimizer, returned } = this.#certified;
    const checks = [...this.#checks, ...rest];
    const verdict = verdictOf(checks);
    const candidateId = returned.candidate.id;
    emit(
      run.runId,
      'onCertificate',
      { candidateId, trialId: this.#trialId, verdict, checks },
      { place: { ...place, candidateId } },
    );
    if (verdict !== 'failed') return;
    const message = `what ${optimizer} returned is not what its best trial scored: ${whyNotCertified(checks)}`;
    run.within(() => warnEach('AXL_CERTIFICATE', message, { candidateId, trialId: this.#trialId, checks }));
  }
}

function unchecked(why: string): readonly CertificateCheck[] {
  return (['loaded', 'rendered'] as const).map((name) => ({ name, passed: null, detail: `not checked: ${why}` }));
}
