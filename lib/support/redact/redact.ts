import { AutologError } from '../../contract/errors.js';
import { classifyKey, type KeyRule, normalizeKey, SECRET_KEY } from './keys.js';
import { type LearnedSecret, learnedForms } from './learned.js';
import { BUILT_IN_RULES, mayMatch, namedValueRules, REDACTED, type TextRule } from './patterns.js';

export { REDACTED } from './patterns.js';

/** What a user may add to the built-in rules, which always stay on. */
export interface RedactOptions {
  /** Property names whose value is a secret: a string matches whatever its case and separators, a RegExp as it is. */
  readonly keys?: readonly (string | RegExp)[];
  /** Secrets in running text; every match is replaced. Flags `g` and `y` make no difference. */
  readonly patterns?: readonly RegExp[];
  /**
   * Called with every property value and every leaf, and where it is (`['options', 'headers', '0']`); what it returns
   * is recorded in its place (after the built-in rules), `undefined` leaves the field out. It must be synchronous. If
   * it throws or returns a promise, the field is left out.
   */
  readonly fn?: (value: unknown, path: readonly string[]) => unknown;
}

/** What becomes of a property: see {@link KeyRule}. */
export interface PropertyRule extends KeyRule {
  /** The name, with secrets in it replaced. */
  readonly name: string;
}

/** What a redaction function answers for a value that must not be recorded. */
export const DROPPED: unique symbol = Symbol('ax-autolog.dropped');

/** Keeps secrets out of everything that is recorded. */
export interface Redactor {
  /** True for `apiKey`, `x-api-key`, `Authorization`, …; false for `maxTokens`, `author`. */
  isSecretKey(name: string): boolean;
  /** The rule for a property name, and the name itself, redacted; cached. */
  property(name: string): PropertyRule;
  /** The text with every secret replaced by `[REDACTED]`; the same string if there is none. */
  text(text: string): string;
  /** The user's function, made safe: it never throws, and answers {@link DROPPED} where the user's threw. */
  readonly fn?: (value: unknown, path: readonly string[]) => unknown;
  /** Counts the secrets learned: a text that was looked at before may have to be looked at again. */
  readonly revision: number;
  /** Makes a literal secret of at least 8 characters known: it is replaced wherever it turns up from now on. */
  learn(secret: string): void;
}

const PROPERTY_CACHE_LIMIT = 10_000;
const MIN_LEARNED_LENGTH = 8;
/** No built-in pattern matches anything shorter. */
const MIN_SECRET_LENGTH = 12;

/**
 * Makes a {@link Redactor}.
 *
 * @param options what to hide beyond the built-in rules
 * @param onFailure called once, with the error, when `options.fn` throws for the first time
 * @throws AutologError AXL_BAD_OPTIONS when an option has the wrong type
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

/** To a shell `PWD` is where it stands, not a password: hiding that would hide every path below it. */
const WORKING_DIRECTORY: ReadonlySet<string> = new Set(['PWD', 'OLDPWD']);

/**
 * Makes the values of secret environment variables (by their name, e.g. `OPENAI_API_KEY`) known to the redactor.
 *
 * @param env the process's environment, usually
 */
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
        // A reporter that fails must not reach the tracked program.
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
    throw bad('keys', 'a list of strings and regular expressions', keys);
  }
  if (patterns !== undefined && !(Array.isArray(patterns) && patterns.every((p) => p instanceof RegExp))) {
    throw bad('patterns', 'a list of regular expressions', patterns);
  }
  if (fn !== undefined && typeof fn !== 'function') throw bad('fn', 'a function (value, path) => value', fn);
}

function bad(name: string, expected: string, got: unknown): AutologError {
  const what = Array.isArray(got) ? `a list with ${got.map((item) => typeof item).join(', ')}` : typeof got;
  return new AutologError(
    'AXL_BAD_OPTIONS',
    `redact.${name} must be ${expected}, but is ${what}. Correct it or leave it out.`,
  );
}
