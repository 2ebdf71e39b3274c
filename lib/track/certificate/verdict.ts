import type { CertificateCheck, CertificateData } from '../../contract/events.js';

/** Returns `failed` if a check failed, `incomplete` if one could not be made, otherwise `certified`. */
export function verdictOf(checks: readonly CertificateCheck[]): CertificateData['verdict'] {
  if (checks.some(({ passed }) => passed === false)) return 'failed';
  return checks.some(({ passed }) => passed === null) ? 'incomplete' : 'certified';
}
