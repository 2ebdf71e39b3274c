import type { CertificateCheck } from './values.js';

/** Says in one line which checks did not pass; empty when all did. */
export function whyNotCertified(checks: readonly CertificateCheck[]): string {
  const failed = checks.filter(({ passed }) => passed === false);
  const reported = failed.length > 0 ? failed : checks.filter(({ passed }) => passed === null);
  return reported.map(({ name, detail }) => `${name}: ${detail}`).join('; ');
}
