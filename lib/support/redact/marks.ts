import { REDACTED } from './patterns.js';

/** A part of a text. The parts in order make up the text. */
export interface TextPart {
  readonly text: string;
  /** Whether redaction replaces this part. */
  readonly isSecret: boolean;
}

/**
 * Remembers which parts of one text the rules replaced. A rule finds the same with marks as without: a mark starts and
 * ends like the text that replaces a secret.
 */
export class Marks {
  readonly #secrets: string[] = [];
  /** A character that is not in the text. */
  readonly #edge: string;
  readonly #any: RegExp;
  readonly #one: RegExp;

  constructor(text: string) {
    let code = 0xe000;
    while (text.includes(String.fromCharCode(code))) code += 1;
    this.#edge = String.fromCharCode(code);
    const mark = `\\[REDACTED${this.#edge}(\\d+)${this.#edge}\\]`;
    this.#any = new RegExp(mark, 'g');
    this.#one = new RegExp(`^${mark}$`);
  }

  /** Returns the mark for a match that is a secret as a whole. */
  whole(match: string): string {
    return this.#mark(match, '', '');
  }

  /** Returns the match with a mark in place of the part that a rule replaced. */
  part(match: string, replaced: string): string {
    if (replaced === match) return match;
    for (let at = replaced.indexOf(REDACTED); at !== -1; at = replaced.indexOf(REDACTED, at + 1)) {
      const before = replaced.slice(0, at);
      const after = replaced.slice(at + REDACTED.length);
      const fits = before.length + after.length <= match.length;
      if (fits && match.startsWith(before) && match.endsWith(after)) return this.#mark(match, before, after);
    }
    return this.whole(match);
  }

  /** Returns the parts of a text with marks. */
  partsOf(marked: string): TextPart[] {
    // Splitting at a group yields text and number of a secret in turns.
    return marked.split(this.#any).map((part, i) => {
      const isSecret = i % 2 === 1;
      return { text: isSecret ? (this.#secrets[Number(part)] as string) : part, isSecret };
    });
  }

  #mark(match: string, before: string, after: string): string {
    const raw = match.slice(before.length, match.length - after.length);
    const secret = raw.replace(this.#any, (_mark, n: string) => this.#secrets[Number(n)] as string);
    // Several rules can find one secret. The text of an earlier redaction is no secret.
    if (raw === '' || raw === REDACTED || this.#one.test(raw)) return match;
    const n = this.#secrets.push(secret) - 1;
    return `${before}[REDACTED${this.#edge}${n}${this.#edge}]${after}`;
  }
}
