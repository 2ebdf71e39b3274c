import { normalizeKey } from './keys.js';
import type { RedactOptions } from './options.js';

/** The user's lists, ready to be asked. */
export interface UserRules {
  /** Whether the user listed secret names. */
  readonly listsNames: boolean;
  /** Returns whether the user listed the name as secret. */
  isSecret(name: string): boolean;
  /** Returns whether the user allows values under this name. */
  allowsName(name: string): boolean;
  /** Returns whether the user allows this value. */
  allows(value: string): boolean;
  readonly patterns: readonly RegExp[];
}

/** Compiles the user's lists. */
export function userRules({ keys = [], patterns = [], allow = [] }: RedactOptions): UserRules {
  const secretNames = namesOf(keys);
  const secretPatterns = patternsOf(keys);
  const allowedNames = namesOf(allow);
  const allowedValues = new Set(allow.filter((item) => typeof item === 'string'));
  const allowedPatterns = patternsOf(allow);
  const matches = (list: readonly RegExp[], text: string): boolean => list.some((pattern) => pattern.test(text));
  return {
    listsNames: keys.length > 0,
    isSecret: (name) => secretNames.has(normalizeKey(name)) || matches(secretPatterns, name),
    allowsName: (name) => allowedNames.has(normalizeKey(name)) || matches(allowedPatterns, name),
    allows: (value) => allow.length > 0 && (allowedValues.has(value) || matches(allowedPatterns, value)),
    patterns: patterns.map((pattern) => new RegExp(pattern.source, `${stateless(pattern.flags)}g`)),
  };
}

function namesOf(list: readonly (string | RegExp)[]): ReadonlySet<string> {
  const names = list.filter((item) => typeof item === 'string').map(normalizeKey);
  return new Set(names.filter((name) => name !== ''));
}

function patternsOf(list: readonly (string | RegExp)[]): readonly RegExp[] {
  return list.filter((item) => item instanceof RegExp).map(({ source, flags }) => new RegExp(source, stateless(flags)));
}

function stateless(flags: string): string {
  return flags.replace(/[gy]/g, '');
}

/** Wraps the user's function, so that it never throws and returns `dropped` where it fails. `onFailure` is called once. */
export function guarded<Dropped>(
  fn: (value: unknown, path: readonly string[]) => unknown,
  dropped: Dropped,
  onFailure?: (error: unknown) => void,
): (value: unknown, path: readonly string[]) => unknown {
  let failed = false;
  const fail = (error: unknown): Dropped => {
    if (!failed) {
      failed = true;
      try {
        onFailure?.(error);
      } catch {
        // An error in the callback must not reach the tracked program.
      }
    }
    return dropped;
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
