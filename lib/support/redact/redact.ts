import { AutologError } from '../../contract/errors.js';
import { received } from '../received.js';
import { classifyKey, type KeyRule, normalizeKey, SECRET_KEY } from './keys.js';
import { type LearnedSecret, learnedForms } from './learned.js';
import { BUILT_IN_RULES, mayMatch, namedValueRules, REDACTED, type TextRule } from './patterns.js';

export { REDACTED } from './patterns.js';

/** Redaction beyond the built-in rules, which are always on. */
export interface RedactOptions {
  /**
   * Property names whose values are secrets. A string ignores case and separators: `api_key` matches `apiKey`. A RegExp is
   * tested on the name as it is written. Default: none.
   */
  readonly keys?: readonly (string | RegExp)[];
  /**
   * Secrets in text: every match is replaced by `[REDACTED]`. The flags `g` and `y` make no difference. Default: none.
   */
  readonly patterns?: readonly RegExp[];
  /**
   * Returns the value to record for each property value and leaf; the built-in rules apply to the result. `path` is the
   * place of the value, such as `['options', 'headers', '0']`. Return `undefined` to drop a field. Must be synchronous: if
   * it throws or returns a promise, the field is dropped. Default: values are recorded as they are.
   */
  readonly fn?: (value: unknown, path: readonly string[]) => unknown;
}

/** The rule for one property name, and the name to record. */
export interface PropertyRule extends KeyRule {
  /** The name, with secrets in it replaced. */
  readonly name: string;
}

/** {@link Redactor.fn} returns this for a value that must not be recorded. */
export const DROPPED: unique symbol = Symbol('ax-autolog.dropped');

/** Removes secrets from everything that is recorded. */
export interface Redactor {
  /** Returns true for names such as `apiKey`, `x-api-key` and `Authorization`, false for `maxTokens` and `author`. */
  isSecretKey(name: string): boolean;
  /** Returns the rule for a property name. Cached. */
  property(name: string): PropertyRule;
  /** Returns the text with every secret replaced by `[REDACTED]`; the same string if it has none. */
  text(text: string): string;
  /** The user's function. Never throws: returns {@link DROPPED} if the user's function throws or returns a promise. */
  readonly fn?: (value: unknown, path: readonly string[]) => unknown;
  /** Whether the user's function or property names may change what type a member of an event has. */
  readonly reshapes?: boolean;
  /** Number of secrets learned. When it changes, a text that was redacted before may need it again. */
  readonly revision: number;
  /** Replaces this literal text wherever it occurs from now on. Ignores texts under 8 characters. */
  learn(secret: string): void;
}

const PROPERTY_CACHE_LIMIT = 10_000;
const MIN_LEARNED_LENGTH = 8;
/** Characters of the shortest text that a built-in pattern matches. */
const MIN_SECRET_LENGTH = 12;

/**
 * Creates a redactor with the built-in rules and the user's.
 *
 * @param onFailure called once, with the error, when `options.fn` throws for the first time
 * @throws AutologError `AXL_BAD_OPTIONS` if an option has the wrong type
 */
export function createRedactor(options: RedactOptions = {}, onFailure?: (error: unknown) => void): Redactor {
  validate(options);
  const keyRule = keyRules(options.keys ?? []);
  const userPatterns = (options.patterns ?? []).map(toGlobal);
  const rules: readonly TextRule[] = [...BUILT_IN_RULES, ...namedValueRules((name) => property(name))];
  const properties = new Map<string, PropertyRule>();
  let learned: readonly LearnedSecret[] = [];
  const known = new Set<string>();
  const text = (input: string): string => {
    let out = input;
    for (const pattern of userPatterns) out = replaceMatches(out, pattern);
    const unlearned = replaceLearned(out, learned);
    return unlearned.length < MIN_SECRET_LENGTH ? unlearned : applyRules(unlearned, rules);
  };
  const property = (name: string): PropertyRule => {
    const cached = properties.get(name);
    if (cached !== undefined) return cached;
    const rule = Object.freeze({ ...keyRule(name), name: text(name).toWellFormed() });
    if (properties.size >= PROPERTY_CACHE_LIMIT) properties.clear();
    properties.set(name, rule);
    return rule;
  };
  return {
    isSecretKey: (name) => property(name).secret,
    property,
    text,
    ...(options.fn === undefined ? {} : { fn: guarded(options.fn, onFailure) }),
    reshapes: options.fn !== undefined || (options.keys ?? []).length > 0,
    get revision() {
      return known.size;
    },
    learn(secret) {
      if (typeof secret !== 'string' || secret.length < MIN_LEARNED_LENGTH || known.has(secret)) return;
      known.add(secret);
      learned = [...learned, ...learnedForms(secret)].sort((a, b) => b.length - a.length);
      properties.clear();
    },
  };
}

function replaceLearned(text: string, learned: readonly LearnedSecret[]): string {
  let out = text;
  for (const secret of learned) {
    if (out.includes(secret.probe)) out = out.replaceAll(secret.match, REDACTED);
  }
  return out;
}

function applyRules(text: string, rules: readonly TextRule[]): string {
  let out = text;
  for (let i = 0; i < rules.length; i += 1) {
    const rule = rules[i] as TextRule;
    if (!mayMatch(out, rule)) continue;
    out = out.replace(rule.pattern, rule.replace);
    if (rule.also) out = out.replace(rule.also.pattern, rule.also.replace);
  }
  return out;
}

/** In a shell, `PWD` is the working directory and not a password. Redacting it would redact every path below it. */
const WORKING_DIRECTORY: ReadonlySet<string> = new Set(['PWD', 'OLDPWD']);

/** Teaches the redactor the values of environment variables with a secret name, such as `OPENAI_API_KEY`. */
export function learnEnvironment(redactor: Redactor, env: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && !WORKING_DIRECTORY.has(name) && redactor.isSecretKey(name)) redactor.learn(value);
  }
}

function replaceMatches(text: string, pattern: RegExp): string {
  return text.replace(pattern, (match) => (match === '' ? '' : REDACTED));
}

function toGlobal(pattern: RegExp): RegExp {
  return new RegExp(pattern.source, `${pattern.flags.replace(/[gy]/g, '')}g`);
}

function keyRules(extra: readonly (string | RegExp)[]): (name: string) => KeyRule {
  const names = new Set(extra.filter((key) => typeof key === 'string').map(normalizeKey));
  const patterns = extra
    .filter((key) => key instanceof RegExp)
    .map((key) => new RegExp(key.source, key.flags.replace(/[gy]/g, '')));
  return (name) =>
    names.has(normalizeKey(name)) || patterns.some((pattern) => pattern.test(name)) ? SECRET_KEY : classifyKey(name);
}

function guarded(
  fn: (value: unknown, path: readonly string[]) => unknown,
  onFailure?: (error: unknown) => void,
): (value: unknown, path: readonly string[]) => unknown {
  let failed = false;
  const fail = (error: unknown): typeof DROPPED => {
    if (!failed) {
      failed = true;
      try {
        onFailure?.(error);
      } catch {
        // An error in the callback must not reach the tracked program.
      }
    }
    return DROPPED;
  };
  return (value, path) => {
    try {
      const result = fn(value, Object.freeze([...path]));
      if (!(result instanceof Promise) || result === value) return result;
      result.catch(() => undefined);
      return fail(new TypeError('redact.fn returned a promise; it must be synchronous.'));
    } catch (error) {
      return fail(error);
    }
  };
}

function validate(options: RedactOptions): void {
  const { keys, patterns, fn } = options;
  if (keys !== undefined && !(Array.isArray(keys) && keys.every((k) => typeof k === 'string' || k instanceof RegExp))) {
    throw bad('keys', 'an array of strings and regular expressions', keys);
  }
  if (patterns !== undefined && !(Array.isArray(patterns) && patterns.every((p) => p instanceof RegExp))) {
    throw bad('patterns', 'an array of regular expressions', patterns);
  }
  if (fn !== undefined && typeof fn !== 'function') throw bad('fn', 'a function (value, path) => value', fn);
}

function bad(name: string, expected: string, value: unknown): AutologError {
  const fits = (item: unknown): boolean => item instanceof RegExp || (name === 'keys' && typeof item === 'string');
  const at = Array.isArray(value) ? value.findIndex((item) => !fits(item)) : -1;
  const got = Array.isArray(value) && at >= 0 ? `${received(value[at])} at index ${at}` : received(value);
  return new AutologError(
    'AXL_BAD_OPTIONS',
    `redact.${name} must be ${expected}, got ${got}. Correct the option or remove it.`,
  );
}
