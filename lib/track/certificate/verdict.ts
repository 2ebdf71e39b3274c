import type { CertificateCheck, CertificateData } from '../../contract/events.js';

/** What the checks come to. */
export function verdictOf(checks: readonly CertificateCheck[]): CertificateData['verdict'] {
  if (checks.some(({ passed }) => passed === false)) return 'failed';
  return checks.some(({ passed }) => passed === null) ? 'incomplete' : 'certified';
}

/** What did not pass, in a line; empty for a certificate without fault. */
export function whyNotCertified(checks: readonly CertificateCheck[]): string {
  const failed = checks.filter(({ passed }) => passed === false);
  const said = failed.length > 0 ? failed : checks.filter(({ passed }) => passed === null);
  return said.map(({ name, detail }) => `${name}: ${detail}`).join('; ');
}

/** A certificate in one line. */
export function describeCertificate({ verdict, checks }: CertificateData): string {
  if (verdict === 'certified')
    return 'winner certified: saved and loaded, it is the program that its best trial scored';
  const what = verdict === 'failed' ? 'winner not certified' : 'winner certified in part';
  return `${what}: ${whyNotCertified(checks)}`;
}
