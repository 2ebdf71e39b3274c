import type { KeyStrength } from './keys.js';

/** The text that replaces a secret. */
export const REDACTED = '[REDACTED]';

/** The redactor, as the rules for texts see it. */
export interface TextContext {
  /** Returns the rule for a name in running text. */
  strength(name: string): KeyStrength;
  /** Returns whether the user allows this value to be recorded. */
  allows(secret: string): boolean;
  /** Applies all rules to a text that was decoded, for secrets within encodings. */
  nested(text: string): string;
}

/**
 * Finds and replaces one kind of secret in running text. Returns the very same text if it has none. Takes linear time on any
 * input, and a cheap search comes first: most texts have no secret.
 */
export type TextRule = (text: string, context: TextContext) => string;

/** Collects replacements from left to right, and applies them at once. */
export class Edits {
  readonly #text: string;
  #out = '';
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Replaces a range that starts at or after the end of the last one. */
  replace(start: number, end: number, by: string = REDACTED): void {
    this.#out += this.#text.slice(this.#at, start) + by;
    this.#at = end;
  }

  /** End of the last replacement; 0 if there is none. */
  get end(): number {
    return this.#at;
  }

  /** Returns the text with the replacements. */
  done(): string {
    return this.#at === 0 ? this.#text : this.#out + this.#text.slice(this.#at);
  }
}

/** Returns whether a letter, digit or `_` has this code. */
export function isWordCode(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || (code >= 0x30 && code <= 0x39) || code === 0x5f
  );
}

const ENCODED_BEFORE = /(?:%[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|\\[nrtbf]|\[[\d;]{1,8}m)$/;

/**
 * Returns whether a word can start at this index: after a character that is no letter or digit, or after an escape such as
 * `\n` or `%3D`, whose last character is one.
 */
export function startsWord(text: string, index: number): boolean {
  if (index === 0) return true;
  const before = text.charCodeAt(index - 1);
  if (before === 0x5f || !isWordCode(before)) return true;
  return ENCODED_BEFORE.test(text.slice(Math.max(0, index - 10), index));
}
