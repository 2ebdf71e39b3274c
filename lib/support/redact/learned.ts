/** A literal secret in one of the forms it may be written in. */
export interface LearnedSecret {
  /** A part of the secret that is rare in prose, so that searching for it is cheap. Empty if there is none. */
  readonly probe: string;
  /** The text to replace, or an expression with the flag `g` if the text may be escaped. */
  readonly match: string | RegExp;
  /** Characters of this form, unescaped. */
  readonly length: number;
}

/** Characters of English prose and code, the most frequent first. Characters that are not listed are rarer. */
const BY_FREQUENCY = ' etaoinsrhldcumfpgwybv.,k-"TAISx10:\'_/2j3456789qz';
const PROBE_LENGTH = 4;

// Characters that JSON.stringify writes with a backslash.
const ESCAPED = /["\\\p{Cc}]/u;

function commonness(char: string): number {
  const rank = BY_FREQUENCY.indexOf(char);
  return rank === -1 ? 0 : BY_FREQUENCY.length - rank;
}

function probeOf(text: string): string {
  let probe = '';
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i + PROBE_LENGTH <= text.length; i += 1) {
    const part = text.slice(i, i + PROBE_LENGTH);
    const common = commonness(text.charAt(i));
    if (common >= best || ESCAPED.test(part)) continue;
    best = common;
    probe = part;
  }
  return probe;
}

/** Returns the forms a secret may be written in: plain, escaped as in JSON (and JSON within JSON), encoded as in URLs. */
export function learnedForms(secret: string): LearnedSecret[] {
  const wellFormed = secret.toWellFormed();
  const forms = new Set([
    secret,
    wellFormed,
    encodeURIComponent(wellFormed),
    new URLSearchParams({ s: wellFormed }).toString().slice(2),
  ]);
  return [...forms].map((text) => ({
    probe: probeOf(text),
    match: ESCAPED.test(text) ? escapedAnyTimes(text) : text,
    length: text.length,
  }));
}

/** Returns an expression that allows any number of backslashes before the characters that JSON escapes. */
function escapedAnyTimes(text: string): RegExp {
  const source = text.replace(/\\+"?|"|\p{Cc}|[$()*+.?[\]^{|}/-]/gu, (part) => {
    if (part.startsWith('\\')) return part.endsWith('"') ? '\\\\+"' : '\\\\+';
    if (part === '"') return '\\\\*"';
    if (!ESCAPED.test(part)) return `\\${part}`;
    const code = part.charCodeAt(0).toString(16).padStart(4, '0');
    return `(?:\\u${code}|\\\\+(?:u${code}|${JSON.stringify(part).slice(2, -1)}))`;
  });
  // A match may only start at the first of several backslashes. Otherwise a long row is tried at each of them.
  return new RegExp(source.startsWith('\\\\') ? `(?<!\\\\)${source}` : source, 'g');
}
