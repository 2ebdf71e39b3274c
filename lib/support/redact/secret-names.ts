import {
  escapePlaceholders,
  hasPlaceholder,
  placeholder,
  type SecretValues,
  secretName,
} from '../../contract/placeholders.js';
import type { PropertyRule, Redactor } from './redact.js';

/**
 * Replaces the secrets of one program by placeholders with names, so that the program can be restored when they are given.
 * Equal secrets get one name. Names are numbered in order of appearance, so an equal program gets equal names.
 */
export class SecretNames {
  readonly #redactor: Redactor;
  #names: Map<string | number, string> | undefined;
  #inSettings = false;

  constructor(redactor: Redactor) {
    this.#redactor = redactor;
  }

  /** Returns the text with a placeholder in place of each secret. */
  text(text: string): string {
    const isClean = this.#redactor.text(text) === text;
    if (isClean) return hasPlaceholder(text) ? escapePlaceholders(text) : text;
    const parts = this.#redactor.parts(text);
    return parts.map((part) => (part.isSecret ? this.whole(part.text) : escapePlaceholders(part.text))).join('');
  }

  /** Returns the placeholder of a value that is a secret as a whole. */
  whole(secret: string | number): string {
    this.#names ??= new Map();
    const known = this.#names.get(secret);
    if (known !== undefined) return placeholder(known);
    const name = secretName(this.#names.size + 1);
    this.#names.set(secret, name);
    return placeholder(name);
  }

  /** Runs `walk` for a part of the program that holds settings. Names of fields count there, as in `apiKey`. */
  inSettings<T>(walk: () => T): T {
    this.#inSettings = true;
    try {
      return walk();
    } finally {
      this.#inSettings = false;
    }
  }

  /** Returns whether a property is a secret because of its name. Fields of a signature may have any name. */
  hides(name: string, rule: PropertyRule | undefined, value: unknown): boolean {
    if (!rule?.secret || (rule.weak && typeof value === 'number')) return false;
    return this.#inSettings || this.#redactor.isListedKey(name);
  }

  /** Returns the secrets by name. For this process only: they are never recorded. */
  values(): SecretValues {
    return Object.fromEntries([...(this.#names ?? [])].map(([secret, name]) => [name, secret]));
  }
}
