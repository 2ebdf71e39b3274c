import type { Json } from '../values.js';

/** Start of a name of a secret: `AX_SECRET_1` is the first secret of a program. */
const PREFIX = 'AX_SECRET_';
const OPEN = `{{${PREFIX}`;
/** Stands for {@link OPEN} in the program's own text, so that no text of a program is taken for a placeholder. */
const ESCAPED_OPEN = `${OPEN}TEXT}}`;
const PLACEHOLDER = /\{\{AX_SECRET_(?:([1-9]\d{0,8})|TEXT)\}\}/g;

/** Returns the name of the nth secret of a program, counted from 1. */
export function secretName(n: number): string {
  return `${PREFIX}${n}`;
}

/** Returns whether the text is a name that {@link secretName} returns. */
export function isSecretName(text: string): boolean {
  return /^AX_SECRET_[1-9]\d{0,8}$/.test(text);
}

/** Returns the text that stands for a secret in a recorded program: `{{AX_SECRET_1}}`. */
export function placeholder(name: string): string {
  return `{{${name}}}`;
}

/** Returns whether the text contains the beginning of a placeholder. */
export function hasPlaceholder(text: string): boolean {
  return text.includes(OPEN);
}

/** Returns a program's own text so that {@link fillPlaceholders} restores it, whatever it contains. */
export function escapePlaceholders(text: string): string {
  return text.replaceAll(OPEN, ESCAPED_OPEN);
}

/** Values by name of secret. Only a value whose placeholder is all of a text may be a number. */
export type SecretValues = Readonly<Record<string, string | number>>;

/**
 * Returns a recorded program with the secrets in place. A placeholder without a value stays as it is. Not for programs
 * without a list of secrets: their text was not escaped.
 */
export function fillPlaceholders(program: Json, values: SecretValues): Json {
  if (typeof program === 'string') return hasPlaceholder(program) ? filled(program, values) : program;
  if (typeof program !== 'object' || program === null) return program;
  if (Array.isArray(program)) return program.map((item: Json) => fillPlaceholders(item, values));
  return Object.fromEntries(
    Object.entries(program).map(([key, item]) => [
      hasPlaceholder(key) ? String(filled(key, values)) : key,
      fillPlaceholders(item as Json, values),
    ]),
  );
}

function filled(text: string, values: SecretValues): string | number {
  const whole = text.slice(2, -2);
  if (Object.hasOwn(values, whole) && text === placeholder(whole)) return values[whole] as string | number;
  return text.replace(PLACEHOLDER, (match, number: string | undefined) => {
    if (number === undefined) return OPEN;
    const name = `${PREFIX}${number}`;
    return Object.hasOwn(values, name) ? String(values[name]) : match;
  });
}

/** A text in a program, and where it is. */
export interface PlacedText {
  /** E.g. `program.demos[0].traces[1].question`. */
  readonly path: string;
  readonly text: string;
}

/** Returns the texts of a program, keys included, that `test` accepts. */
export function textsWhere(value: Json, path: string, test: (text: string) => boolean): PlacedText[] {
  if (typeof value === 'string') return test(value) ? [{ path, text: value }] : [];
  if (typeof value !== 'object' || value === null) return [];
  const keys = Array.isArray(value) ? [] : Object.keys(value).filter(test);
  const items = Object.entries(value).map(([key, item]) => ({ item: item as Json, path: path + step(value, key) }));
  return [
    ...keys.map((text) => ({ path: `a key of ${path}`, text })),
    ...items.flatMap((entry) => textsWhere(entry.item, entry.path, test)),
  ];
}

/** Returns the names of the secrets whose placeholders the text contains. */
export function secretsIn(text: string): string[] {
  const numbers = [...text.matchAll(PLACEHOLDER)].map(([, number]) => number);
  return [...new Set(numbers.filter((number) => number !== undefined).map((number) => `${PREFIX}${number}`))];
}

function step(parent: Json, key: string): string {
  if (Array.isArray(parent)) return `[${key}]`;
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}
