import { whyNotCertified } from '../contract/certificate-reason.js';
import type { CandidateData, CertificateCheck } from '../contract/events.js';
import { withheldFrom } from '../record/content/candidates.js';
import { emit } from '../record/emit.js';
import type { Place } from '../record/open-runs.js';
import { runDetached } from '../support/async.js';
import { addPendingWork } from '../support/pending-work.js';
import { settings } from '../support/settings.js';
import { thrownText } from '../support/snapshot/leaves.js';
import { warnEach } from '../support/warnings.js';
import { checkReturned, checkSerialized, type Returned, type Saved } from './certificate/checks.js';
import { verdictOf } from './certificate/verdict.js';
import type { RunState } from './run.js';
import type { ProgramCheck, StateHash } from './types.js';

/** The facts that a certificate is made from. */
export interface CertificationInput {
  readonly run: RunState;
  readonly optimizer: string;
  readonly place: Place;
  readonly returned: Returned;
  readonly saved: Saved;
  readonly idOf: StateHash;
  /** Loads and renders the program, or the reason why that is not possible. */
  readonly check: ProgramCheck | string;
}

/**
 * Certifies that a compile returned the program that its best trial scored. The state is checked immediately, because the
 * user may change the program later. Loading and rendering is checked afterwards, and the run stays open until then.
 */
export function certify(input: CertificationInput): void {
  const certification = new Certification(input);
  const { run, check } = input;
  if (typeof check === 'string') {
    certification.end(notChecked(check));
    return;
  }
  run.childStarted(certification);
  addPendingWork(run.runId, certification.checkProgram(check));
}

/** A check never waits for anything. If one hangs nevertheless, the run ends without it. */
const LIMIT_MS = 5_000;

class Certification {
  readonly #checks: readonly CertificateCheck[];
  readonly #trialId: string | null;
  readonly #recorded: CandidateData | null;
  #done = false;

  readonly #input: CertificationInput;

  constructor(input: CertificationInput) {
    this.#input = input;
    const { returned, saved } = input;
    const { trialId, ...check } = checkReturned(returned);
    this.#checks = [check, serializedCheck(input)];
    this.#trialId = trialId;
    this.#recorded = check.passed ? saved.candidate : null;
  }

  async checkProgram(check: ProgramCheck): Promise<void> {
    const { saved, idOf } = this.#input;
    const { format, restored: program, candidate, secrets } = saved;
    let timer: NodeJS.Timeout | undefined;
    const timeUp = new Promise<readonly CertificateCheck[]>((resolve) => {
      timer = setTimeout(() => resolve(notChecked(`loading and rendering took over ${LIMIT_MS} ms`)), LIMIT_MS);
      timer.unref();
    });
    const checking = async () =>
      runDetached(() => check({ format, program, secrets }, candidate, this.#recorded, idOf));
    const rest = await Promise.race([checking(), timeUp]).catch((error: unknown) => notChecked(thrownText(error)));
    clearTimeout(timer);
    this.end(rest);
    this.#input.run.childEnded(this);
  }

  /** Called when the process ends before the program was loaded and rendered. */
  abandon(): void {
    this.end(notChecked('the process ended first'));
  }

  end(rest: readonly CertificateCheck[]): void {
    if (this.#done) return;
    this.#done = true;
    const { run, place, optimizer, returned } = this.#input;
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
    const message = `the program that ${optimizer} returned is not the one that its best trial scored: ${whyNotCertified(checks)}`;
    run.within(() => warnEach('AXL_CERTIFICATE', message, { candidateId, trialId: this.#trialId, checks }));
  }
}

/** What `capture` leaves out is not written, so it cannot be read again. The other checks run in memory. */
function serializedCheck({ saved, idOf }: CertificationInput): CertificateCheck {
  const { candidate, format, restored: program } = saved;
  const withheld = withheldFrom({ candidate, score: null, format, program }, settings().capture);
  if (withheld.length === 0) return checkSerialized(saved, idOf);
  const detail = `not checked: ${withheld.join(', ')} of the program are not captured`;
  return { name: 'serialized', passed: null, detail };
}

function notChecked(reason: string): readonly CertificateCheck[] {
  return (['loaded', 'rendered'] as const).map((name) => ({ name, passed: null, detail: `not checked: ${reason}` }));
}
