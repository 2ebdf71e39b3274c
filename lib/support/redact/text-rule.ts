import type { KeyStrength } from './keys.js';

/** The text that replaces a secret. */
export const REDACTED = '[REDACTED]';

/** The redactor, as the rules for texts see it. */
export interface TextContext {
  /** Whether the user listed names, which may be any words. */
  readonly listsNames: boolean;
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

/** Returns whether a text has one of these in it. */
export function hasOne(text: string, probes: readonly string[]): boolean {
  for (let i = 0; i < probes.length; i += 1) if (text.includes(probes[i] as string)) return true;
  return false;
}

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

/**
 * Returns whether a word can start at this index: after a character that is no letter or digit, or after an escape such as
 * `\n` or `%3D`, whose last character is one.
 */
export function startsWord(text: string, index: number): boolean {
  if (index === 0) return true;
  const before = text.charCodeAt(index - 1);
  return before === 0x5f || !isWordCode(before) || endsEscape(text, index, before);
}

const BACKSLASH = 0x5c;

function endsEscape(text: string, index: number, before: number): boolean {
  if (text.charCodeAt(index - 3) === 0x25) return isHexCode(before) && isHexCode(text.charCodeAt(index - 2));
  if (text.charCodeAt(index - 2) === BACKSLASH) return 'nrtbf'.includes(String.fromCharCode(before));
  if (text.charCodeAt(index - 6) === BACKSLASH && text.charCodeAt(index - 5) === 0x75) return isHexCode(before);
  // The end of a terminal's colour code.
  return before === 0x6d && /\[[\d;]{1,8}m$/.test(text.slice(Math.max(0, index - 10), index));
}

function isHexCode(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x66);
}
