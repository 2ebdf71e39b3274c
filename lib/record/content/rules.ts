import type { Capture } from '../../support/capture.js';

/** Names of the switches that a value needs. It is recorded if all of them are on. */
export type Switches = readonly (keyof Capture)[];

/** An example, with its gold answer. */
export const INPUTS: Switches = ['inputs'];
/** A prediction or completion. */
export const OUTPUTS: Switches = ['outputs'];
/** A text of a program: an instruction, a description. */
export const PROMPTS: Switches = ['prompts'];
/** A value that mixes examples and predictions, such as demos and feedback. */
export const BOTH: Switches = ['inputs', 'outputs'];
/** A value that may quote anything, such as the message of an error. */
export const ALL: Switches = ['inputs', 'outputs', 'prompts'];

/** What the rules of an event may depend on, besides its data. */
export interface Context {
  readonly capture: Capture;
  /** The part of the run that the event belongs to. */
  readonly place: { readonly compileId?: string; readonly trialId?: string };
  /** The fields of the event that were inferred. */
  readonly derived: readonly string[];
}

/** Replaces a value if one of its switches is off. */
export interface Withhold<V> {
  readonly needs: Switches;
  /** The value to record instead. `undefined` omits the field. */
  readonly instead: V;
}

/** Returns the part of a value that may be recorded. It must return the value itself if that is all of it. */
export type Reduce<V, Whole = unknown> = (value: NonNullable<V>, context: Context, whole: Whole) => V | undefined;

/** `KEPT` is for values that are never content: names, ids, sizes, scores, tokens, times. */
export type Rule<V, Whole = unknown> = typeof KEPT | Withhold<V> | Reduce<V, Whole>;

/** A rule for each field. A type with a new field does not compile until someone decides whether it is content. */
export type Rules<T> = { readonly [K in keyof T]-?: Rule<T[K], T> };

/** The value is recorded in any case. */
export const KEPT = 'kept';

/** Returns a rule that replaces a value by `null` if one of its switches is off. */
export function orNull(needs: Switches): Withhold<null> {
  return { needs, instead: null };
}

/** Returns a rule that omits a field if one of its switches is off. */
export function orNothing(needs: Switches): Withhold<undefined> {
  return { needs, instead: undefined };
}

/** Returns a rule that replaces a value if one of its switches is off. */
export function or<V>(needs: Switches, instead: V): Withhold<V> {
  return { needs, instead };
}

/** Returns whether all of these switches are on. */
export function isCaptured(needs: Switches, capture: Capture): boolean {
  for (let i = 0; i < needs.length; i += 1) if (!capture[needs[i] as keyof Capture]) return false;
  return true;
}

type AnyRule = Withhold<unknown> | ((value: unknown, context: Context, whole: unknown) => unknown);

/** Applies rules to an object. Returns the object itself if all of it may be recorded, otherwise a copy. */
export type Apply<T> = (data: T, context: Context) => T;

/** Compiles rules. `null` and missing values have no content. */
export function applying<T extends object>(rules: Rules<T>): Apply<T> {
  const some = Object.entries(rules)
    .filter(([, rule]) => rule !== KEPT)
    .map(([field, rule]) => ({ field, rule: rule as AnyRule }));
  return (data, context) => {
    let out: Record<string, unknown> | undefined;
    for (let i = 0; i < some.length; i += 1) {
      const { field, rule } = some[i] as (typeof some)[number];
      const value = (data as Record<string, unknown>)[field];
      if (value === undefined || value === null) continue;
      const left = typeof rule === 'function' ? rule(value, context, data) : withheld(value, rule, context);
      if (left === value) continue;
      const copy = out ?? ({ ...data } as Record<string, unknown>);
      if (left === undefined) delete copy[field];
      else copy[field] = left;
      out = copy;
    }
    return (out as T | undefined) ?? data;
  };
}

function withheld(value: unknown, { needs, instead }: Withhold<unknown>, { capture }: Context): unknown {
  return isCaptured(needs, capture) ? value : instead;
}

/** Returns a rule for a list: each item is reduced. */
export function each<T extends object>(apply: Apply<T>): Reduce<readonly T[]> {
  return (items, context) => {
    let changed = false;
    const left = items.map((item) => {
      const reduced = apply(item, context);
      changed ||= reduced !== item;
      return reduced;
    });
    return changed ? left : items;
  };
}
