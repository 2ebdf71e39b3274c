import type { CertificateCheck, CertificateData } from '../../contract/events.js';

/** What the checks come to. */
export function verdictOf(checks: readonly CertificateCheck[]): CertificateData['verdict'] {
  if (checks.some(({ passed }) => passed === false)) return 'failed';
  return checks.some(({ passed }) => passed === null) ? 'incomplete' : 'certified';
}
