/**
 * Checks of values that were read from a disk or a network. A check never throws, never recurses by the depth of the
 * value, and reads own members only. It ignores members that it does not know: a newer minor version may have written
 * them.
 */

/** Why a value is not what it must be. */
export interface Fault {
  /** Members that lead to the wrong one, the innermost first. */
  readonly path: string[];
  /** What it must be, e.g. `a text`. */
  readonly expected: string;
  /** The value; `undefined` if it is missing. */
  readonly got: unknown;
}

const MAX_PLACE_LENGTH = 200;

/** Returns the place of a fault, e.g. `data.candidate.texts`. Names are the stranger's, so it is cut. */
export function placeOf({ path }: Fault): string {
  const place = [...path].reverse().join('.');
  return place.length > MAX_PLACE_LENGTH ? `${place.slice(0, MAX_PLACE_LENGTH)}…` : place;
}

/** A check of a value, and what it is made of, so that a test can try every part of it. */
export interface Check<out T> {
  /** What the value must be, e.g. `a text`. */
  readonly expected: string;
  /** Returns `null` if the value is one. */
  readonly test: (value: unknown) => Fault | null;
  /**
   * Returns a value that passes and is as close as possible to one that does not.
   *
   * @param original the value before redaction. Numbers of files and words such as a status, which hold no secret, are
   * taken from it
   */
  readonly mend: (value: unknown, original?: unknown) => unknown;
  /**
   * What stands for a value that is stored elsewhere and cannot be read: nothing, if such a value is never stored
   * elsewhere.
   */
  readonly lost?: unknown;
  /** Checks of the members, if it is an object of known members. */
  readonly fields?: Readonly<Record<string, Field<unknown>>>;
  /** Check of each item, if it is an array or an object of any members. */
  readonly item?: Check<unknown>;
  /** Checks by the value of `kind`, if it is one of several objects. */
  readonly variants?: Readonly<Record<string, Check<unknown>>>;
  /** Exists for the compiler only. */
  readonly type?: T;
}

/** A member that may be missing. */
export interface Optional<out T> {
  readonly optional: Check<T>;
}

/** A member of an object. */
export type Field<T> = Check<T> | Optional<T>;

/** A check for each member of `T`, and nothing else. A member without one does not compile, nor does a wrong one. */
export type Fields<T> = {
  readonly [K in keyof T]-?: Record<never, never> extends Pick<T, K> ? Optional<Exclude<T[K], undefined>> : Field<T[K]>;
};

/** Returns a plain object's members; `null` for any other value. */
export function membersOf(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;
}

/** Further properties of a {@link check}. */
interface MoreOfCheck {
  /** See {@link Check.lost}. */
  readonly lost?: unknown;
  /** Whether a redacted value is replaced by the original. Default: false. */
  readonly keepsOriginal?: boolean;
}

/** Makes a check of one value without members. */
export function check<T>(
  expected: string,
  passes: (value: unknown) => boolean,
  mend: (value: unknown) => unknown,
  { keepsOriginal = false, ...lost }: MoreOfCheck = {},
): Check<T> {
  return {
    expected,
    test: (value) => (passes(value) ? null : { path: [], expected, got: value }),
    mend: (value, original) => (keepsOriginal && passes(original) ? original : mend(value)),
    ...lost,
  };
}

/** Makes a member optional. */
export function optional<T>(of: Check<T>): Optional<T> {
  return { optional: of };
}

/** Also accepts `null`. */
export function nullable<T>(of: Check<T>): Check<T | null> {
  const expected = `${of.expected} or null`;
  const test = (value: unknown): Fault | null => {
    if (value === null) return null;
    const fault = of.test(value);
    return fault !== null && fault.path.length === 0 ? { ...fault, expected } : fault;
  };
  const mend = (value: unknown, original?: unknown): unknown => {
    if (original === null) return null;
    const kept = of.mend(value, original);
    return kept === original || membersOf(value) || Array.isArray(value) ? kept : null;
  };
  return { ...of, expected, test, mend, lost: null };
}

/** An object with known members. Further members are ignored. */
export function object<T extends object>(members: Fields<T>): Check<T> {
  const fields = members as unknown as Record<string, Field<unknown>>;
  const names = Object.keys(fields);
  const checks = names.map((name) => checkOf(fields[name] as Field<unknown>));
  const tests = checks.map(({ test }) => test);
  const isOptional = names.map((name) => 'optional' in (fields[name] as object));
  const expected = 'an object';
  const test = (value: unknown): Fault | null => {
    const own = membersOf(value);
    if (own === null) return { path: [], expected, got: value };
    for (let i = 0; i < names.length; i += 1) {
      const name = names[i] as string;
      const member = own[name];
      // A member that is `undefined` stands for a value that is stored elsewhere: JSON has no `undefined`.
      if (member === undefined) {
        if (isOptional[i] || Object.hasOwn(own, name)) continue;
        return { path: [name], expected: (checks[i] as Check<unknown>).expected, got: undefined };
      }
      const fault = (tests[i] as Check<unknown>['test'])(member);
      if (fault !== null) return within(name, fault);
    }
    return null;
  };
  const mend = (value: unknown, original?: unknown): unknown => {
    const own: Record<string, unknown> = { ...membersOf(value) };
    for (const [i, name] of names.entries()) {
      const { test, mend } = checks[i] as Check<unknown>;
      const isWrong = own[name] === undefined ? !isOptional[i] : test(own[name]) !== null;
      if (isWrong) own[name] = mend(own[name], membersOf(original)?.[name]);
    }
    return own;
  };
  return { expected, test, mend, fields, lost: null };
}

/** An object with any names, whose members all pass one check. */
export function dictionary<T>(item: Check<T>): Check<{ readonly [name: string]: T }> {
  const expected = 'an object';
  const test = (value: unknown): Fault | null => {
    const own = membersOf(value);
    if (own === null) return { path: [], expected, got: value };
    for (const name in own) {
      const member = own[name];
      const fault = member === undefined ? null : item.test(member);
      if (fault !== null) return within(name, fault);
    }
    return null;
  };
  const mend = (value: unknown, original?: unknown): unknown =>
    Object.fromEntries(
      Object.entries(membersOf(value) ?? {}).map(([name, member]) => [
        name,
        mended(item, member, membersOf(original)?.[name]),
      ]),
    );
  return { expected, test, mend, item, lost: Object.freeze({}) };
}

/** An array whose items all pass one check. */
export function list<T>(item: Check<T>): Check<readonly T[]> {
  const expected = 'an array';
  const test = (value: unknown): Fault | null => {
    if (!Array.isArray(value)) return { path: [], expected, got: value };
    for (let i = 0; i < value.length; i += 1) {
      const fault = value[i] === undefined ? null : item.test(value[i]);
      if (fault !== null) return within(String(i), fault);
    }
    return null;
  };
  const mend = (value: unknown, original?: unknown): unknown =>
    Array.isArray(value)
      ? value.map((member, i) => mended(item, member, Array.isArray(original) ? original[i] : undefined))
      : [];
  return { expected, test, mend, item, lost: Object.freeze([]) };
}

/** One of several objects, by the value of `kind`. One of a kind that is not known passes as it is. */
export function byKind<T extends { readonly kind: string }>(
  kinds: {
    readonly [K in T['kind']]: Check<Extract<T, { readonly kind: K }>>;
  },
): Check<T> {
  const variants = kinds as unknown as Readonly<Record<string, Check<unknown>>>;
  const expected = 'an object';
  const kind = word<string>(...Object.keys(variants));
  const test = (value: unknown): Fault | null => {
    const own = membersOf(value);
    if (own === null) return { path: [], expected, got: value };
    const fault = kind.test(own.kind);
    if (fault !== null) return within('kind', fault);
    return Object.hasOwn(variants, own.kind as string)
      ? (variants[own.kind as string] as Check<unknown>).test(value)
      : null;
  };
  const mend = (value: unknown, original?: unknown): unknown => {
    const named = { ...membersOf(value), kind: mended(kind, membersOf(value)?.kind, membersOf(original)?.kind) };
    return variants[named.kind as string]?.mend(named, original) ?? named;
  };
  return { expected, test, mend, variants, lost: null };
}

/** Returns the value if it passes, else a mended one. */
export function mended(by: Check<unknown>, value: unknown, original?: unknown): unknown {
  return by.test(value) === null ? value : by.mend(value, original);
}

function checkOf(field: Field<unknown>): Check<unknown> {
  return 'optional' in field ? field.optional : field;
}

function within(name: string, fault: Fault): Fault {
  fault.path.push(name);
  return fault;
}

const WORD = /^[A-Za-z][\w -]{0,39}$/;

/**
 * One of a set of words. A newer minor version may add words, so any other word passes as well, but no word that is a
 * name on `Object.prototype`, such as `constructor`: a table that is looked up by it would find what it inherits.
 */
export function word<T extends string>(...known: readonly T[]): Check<T> {
  const words: ReadonlySet<unknown> = new Set(known);
  const expected = `a word such as ${known
    .slice(0, 3)
    .map((each) => `'${each}'`)
    .join(', ')}`;
  const passes = (value: unknown): boolean =>
    words.has(value) || (typeof value === 'string' && WORD.test(value) && !(value in Object.prototype));
  return check(expected, passes, () => known[0], { keepsOriginal: true });
}
