import { whyNotCertified } from '../contract/certificate-reason.js';
import type { CertificateData } from '../contract/events.js';

/** Describes a certificate in one line. */
export function describeCertificate({ verdict, checks }: CertificateData): string {
  if (verdict === 'certified')
    return 'winner certified: saved and loaded, it is the program that its best trial scored';
  const what = verdict === 'failed' ? 'winner not certified' : 'winner certified in part';
  return `${what}: ${whyNotCertified(checks)}`;
}
