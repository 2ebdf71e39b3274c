import { whyNotCertified } from '../contract/certificate-reason.js';
import type { CertificateData } from '../contract/events.js';

/** Describes a certificate in one line, e.g. `winner not certified: …`. */
export function describeCertificate({ verdict, checks }: CertificateData): string {
  if (verdict === 'certified')
    return 'winner certified: saved and loaded, it is the program that its best trial scored';
  const summary = verdict === 'failed' ? 'winner not certified' : 'winner certified in part';
  return `${summary}: ${whyNotCertified(checks)}`;
}
