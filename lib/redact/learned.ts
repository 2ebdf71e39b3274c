/** A literal secret, with a short part of it that is rare in prose: searching for that is cheaper than for the whole. */
export interface LearnedSecret {
  readonly text: string;
  readonly probe: string;
}

/** Characters of English prose and code, the most frequent first; those not listed are rarer. */
const BY_FREQUENCY = ' etaoinsrhldcumfpgwybv.,k-"TAISx10:\'_/2j3456789qz';
const PROBE_LENGTH = 4;

function commonness(char: string): number {
  const rank = BY_FREQUENCY.indexOf(char);
  return rank === -1 ? 0 : BY_FREQUENCY.length - rank;
}

function probeOf(text: string): string {
  let start = 0;
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i + PROBE_LENGTH <= text.length; i += 1) {
    const common = commonness(text.charAt(i));
    if (common < best) {
      best = common;
      start = i;
    }
  }
  return text.slice(start, start + PROBE_LENGTH);
}

/** The ways a secret may be written: as it is, escaped as in JSON, encoded as in URLs. */
export function learnedForms(secret: string): LearnedSecret[] {
  const wellFormed = secret.toWellFormed();
  const forms = new Set([
    secret,
    wellFormed,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(wellFormed),
    new URLSearchParams({ s: wellFormed }).toString().slice(2),
  ]);
  return [...forms].map((text) => ({ text, probe: probeOf(text) }));
}
