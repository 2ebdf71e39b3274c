import { classifyKey, isHeaderSecret, type KeyStrength, type RedactPlace } from './keys.js';
import { type LearnedSecret, learnedForms } from './learned.js';
import { type RedactOptions, validateOptions } from './options.js';
import { REDACTED, type TextContext } from './text-rule.js';
import { mayHoldSecret, redactText } from './text-rules.js';
import { guarded, type UserRules, userRules } from './user-rules.js';

export type { KeyStrength, RedactPlace } from './keys.js';
export type { RedactOptions } from './options.js';
export { REDACTED } from './text-rule.js';

/** The rules for one property name by place, and the name to record. */
export interface PropertyRule extends Readonly<Record<RedactPlace, KeyStrength>> {
  /** The name, with secrets in it replaced. */
  readonly name: string;
  /** Whether the name is secret in no place. */
  readonly open: boolean;
}

/** {@link Redactor.fn} returns this for a value that must not be recorded. */
export const DROPPED: unique symbol = Symbol('ax-autolog.dropped');

/** Removes secrets from everything that is recorded. */
export interface Redactor {
  /** Returns true for names of settings and headers such as `apiKey` and `Authorization`, false for `maxTokens` and `author`. */
  isSecretKey(name: string, place?: RedactPlace): boolean;
  /** Returns the rules for a property name. Cached. */
  property(name: string): PropertyRule;
  /** Returns the text with every secret replaced by `[REDACTED]`; the same string if it has none. */
  text(text: string): string;
  /** Returns whether the user allows this value (`redact.allow`). */
  allows(value: string): boolean;
  /** The user's function. Never throws: returns {@link DROPPED} if the user's function throws or returns a promise. */
  readonly fn?: (value: unknown, path: readonly string[]) => unknown;
  /** Whether the user's function or property names may change what type a member of an event has. */
  readonly reshapes?: boolean;
  /** Number of secrets learned. When it changes, a text that was redacted before may need it again. */
  readonly revision: number;
  /** Replaces this literal text wherever it occurs from now on. Ignores texts under 8 characters and allowed ones. */
  learn(secret: string): void;
}

const PROPERTY_CACHE_LIMIT = 10_000;
const MIN_LEARNED_LENGTH = 8;
/** Encodings within encodings that are looked into, such as base64 in the query of an address in the query of another. */
const MAX_NESTING = 3;

/**
 * Creates a redactor with the built-in rules and the user's.
 *
 * @param onFailure called once, with the error, when `options.fn` throws for the first time
 * @throws AutologError `AXL_BAD_OPTIONS` if an option has the wrong type
 */
export function createRedactor(options: RedactOptions = {}, onFailure?: (error: unknown) => void): Redactor {
  validateOptions(options);
  const user = userRules(options);
  const properties = new Map<string, PropertyRule>();
  const known = new Set<string>();
  let learned: readonly LearnedSecret[] = [];
  const context = textContext(user, (name) => property(name).settings);
  const text = (input: string): string => {
    let out = input;
    if (user.patterns.length > 0) for (const pattern of user.patterns) out = replaceMatches(out, pattern);
    if (input.length >= MIN_LEARNED_LENGTH && learned.length > 0) out = replaceLearned(out, learned);
    return mayHoldSecret(out) ? redactText(out, context) : out;
  };
  const property = (name: string): PropertyRule => {
    const cached = properties.get(name);
    if (cached) return cached;
    const places = strengths(name, user);
    const rule = Object.freeze({ ...places, name: text(name).toWellFormed(), open: isOpen(places) });
    if (properties.size >= PROPERTY_CACHE_LIMIT) properties.clear();
    properties.set(name, rule);
    return rule;
  };
  return {
    ...{ property, text, allows: user.allows },
    isSecretKey: (name, place = 'settings') => ['user', 'strong', 'weak'].includes(property(name)[place]),
    ...(options.fn === undefined ? {} : { fn: guarded(options.fn, DROPPED, onFailure) }),
    reshapes: options.fn !== undefined || (options.keys ?? []).length > 0,
    get revision() {
      return known.size;
    },
    learn(secret) {
      const isShort = typeof secret !== 'string' || secret.length < MIN_LEARNED_LENGTH;
      if (isShort || known.has(secret) || user.allows(secret)) return;
      known.add(secret);
      learned = [...learned, ...learnedForms(secret)].sort((a, b) => b.length - a.length);
      properties.clear();
    },
  };
}

function isOpen(places: Readonly<Record<RedactPlace, KeyStrength>>): boolean {
  return places.settings === 'open' && places.headers === 'open' && places.data === 'open';
}

function strengths(name: string, user: UserRules): Readonly<Record<RedactPlace, KeyStrength>> {
  if (user.allowsName(name)) return { settings: 'open', headers: 'open', data: 'open' };
  if (user.isSecret(name)) return { settings: 'user', headers: 'user', data: 'user' };
  const settings = classifyKey(name);
  const isHeader = isHeaderSecret(name);
  return { settings, headers: isHeader ? 'strong' : settings, data: 'open' };
}

function textContext(user: UserRules, strength: (name: string) => KeyStrength): TextContext {
  let nesting = 0;
  const context: TextContext = {
    listsNames: user.listsNames,
    strength,
    allows: user.allows,
    nested(text) {
      if (nesting >= MAX_NESTING || !mayHoldSecret(text)) return text;
      nesting += 1;
      try {
        return redactText(text, context);
      } finally {
        nesting -= 1;
      }
    },
  };
  return context;
}

function replaceLearned(text: string, learned: readonly LearnedSecret[]): string {
  let out = text;
  for (const secret of learned) {
    if (out.includes(secret.probe)) out = out.replaceAll(secret.match, REDACTED);
  }
  return out;
}

function replaceMatches(text: string, pattern: RegExp): string {
  return text.replace(pattern, (match) => (match === '' ? '' : REDACTED));
}
