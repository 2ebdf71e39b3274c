/** Certificates that are being made, by the run that waits for them. */
const pending = new Map<Promise<void>, string>();

/** Notes that a run waits for `work`, which must not reject. */
export function certifying(runId: string, work: Promise<void>): void {
  pending.set(work, runId);
  void work.then(() => pending.delete(work));
}

/** Runs that wait for a certificate now. */
export function runsInCertification(): ReadonlySet<string> {
  return new Set(pending.values());
}

/** Resolves when every certificate that is being made now is done. */
export async function whenCertified(): Promise<void> {
  await Promise.all(pending.keys());
}
