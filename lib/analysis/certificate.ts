import { whyNotCertified } from '../contract/certificate-reason.js';
import type { BestProgramData, CertificateData } from '../contract/events.js';
import { plural } from './format/formats.js';

/** Describes a certificate in one line, e.g. `winner not certified: …`. */
export function describeCertificate({ verdict, checks }: CertificateData): string {
  if (verdict === 'certified')
    return 'winner certified: saved and loaded, it is the program that its best trial scored';
  const summary = verdict === 'failed' ? 'winner not certified' : 'winner certified in part';
  return `${summary}: ${whyNotCertified(checks)}`;
}

/** Names shown of a program's secrets. */
const MOST_NAMED = 5;

/**
 * Says what has to be done before `loadBest` loads a program: give its secrets, or accept that a part of it was changed.
 * Empty for a program that loads as it is. ax itself would apply the placeholders as they are written.
 */
export function whyNotLoadable({ secrets = [], altered = [] }: BestProgramData): string[] {
  const lines: string[] = [];
  if (secrets.length > 0) {
    const names = secrets.slice(0, MOST_NAMED).join(', ') + (secrets.length > MOST_NAMED ? ', …' : '');
    lines.push(`to load it, give its ${plural(secrets.length, 'secret')} to loadBest: ${names}`);
  }
  if (altered.length > 0) {
    lines.push(`it was changed at ${plural(altered.length, 'place')} when it was recorded: see AXL_BEST_SECRETS`);
  }
  return lines;
}
