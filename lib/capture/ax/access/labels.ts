import { methodOf } from '../../observe/inspect.js';

/** A method that only this class of ax has, and what the class is called. Class names in ax's builds are minified. */
const MARKS: Readonly<Record<string, string>> = {
  systemAwareMergeWithSig: 'GEPA',
  compileRound: 'BootstrapFewShot',
  runCurator: 'ACE',
};

/** Label of the optimizer that a class of ax is; `undefined` for a class that is none of them itself. */
export function axLabelOf(prototype: object): string | undefined {
  const mark = Object.keys(MARKS).find((name) => Object.hasOwn(prototype, name));
  return mark === undefined ? undefined : MARKS[mark];
}

/** Label of an optimizer: ax's own by what they are, a user's class by its name. */
export function optimizerLabel(optimizer: object): string {
  const prototype = Object.getPrototypeOf(optimizer) as object | null;
  const known = prototype === null ? undefined : axLabelOf(prototype);
  return known ?? (methodOf(optimizer, 'constructor')?.name || 'optimizer');
}
