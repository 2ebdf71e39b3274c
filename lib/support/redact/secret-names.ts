import {
  escapePlaceholders,
  hasPlaceholder,
  placeholder,
  type SecretValues,
  secretName,
} from '../../contract/program/placeholders.js';
import { REDACTED, type Redactor } from './redact.js';

/**
 * Replaces the secrets of one program by placeholders with names, so that the program can be restored when they are given.
 * Equal secrets get one name. Names are numbered in order of appearance, so an equal program gets equal names.
 */
export class SecretNames {
  readonly #redactor: Redactor;
  #names: Map<string | number, string> | undefined;

  constructor(redactor: Redactor) {
    this.#redactor = redactor;
  }

  /** Returns the text with a placeholder in place of each secret. */
  text(text: string): string {
    const redacted = this.#redactor.text(text);
    if (redacted === text) return hasPlaceholder(text) ? escapePlaceholders(text) : text;
    const parts = partsOf(text, redacted);
    return parts.map((part, i) => (i % 2 === 1 ? this.#part(part) : escapePlaceholders(part))).join('');
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

  /** Returns the secrets by name. For this process only: they are never recorded. */
  values(): SecretValues {
    return Object.fromEntries([...(this.#names ?? [])].map(([secret, name]) => [name, secret]));
  }

  /** The text itself may contain what looks redacted. */
  #part(part: string): string {
    return part === REDACTED ? part : this.whole(part);
  }
}

/** Returns the parts of a text in order: a part that is kept, one that was redacted, and so on in turns. */
function partsOf(text: string, redacted: string): readonly string[] {
  return aligned(text, redacted.split(REDACTED)) ?? middleOf(text, redacted);
}

/** Finds the kept parts in the text. Returns `null` if one is not there, as in an encoding that was written anew. */
function aligned(text: string, kept: readonly string[]): readonly string[] | null {
  const [first = '', ...rest] = kept;
  const last = rest.pop();
  if (last === undefined || !text.startsWith(first) || !text.endsWith(last)) return null;
  const parts = [first];
  let at = first.length;
  for (const part of rest) {
    // Two secrets without text between them become one.
    if (part === '') continue;
    const found = text.indexOf(part, at + 1);
    if (found === -1) return null;
    parts.push(text.slice(at, found), part);
    at = found + part.length;
  }
  const end = text.length - last.length;
  return end > at ? [...parts, text.slice(at, end), last] : null;
}

/** Returns the words between the first and the last difference as one secret. */
function middleOf(text: string, redacted: string): readonly string[] {
  const most = Math.min(text.length, redacted.length);
  let start = 0;
  while (start < most && text[start] === redacted[start]) start += 1;
  let end = 0;
  while (end < most && text.at(-1 - end) === redacted.at(-1 - end)) end += 1;
  const before = /^[\s\S]*\s/.exec(text.slice(0, start))?.[0] ?? '';
  const after = /\s[\s\S]*$/.exec(text.slice(text.length - end))?.[0] ?? '';
  const isApart = before.length + after.length < text.length;
  return isApart ? [before, text.slice(before.length, text.length - after.length), after] : ['', text, ''];
}
