import { methodOf } from '../../observe/inspect.js';

/** Label of each optimizer by a method that only its class has, because class names in ax's builds are minified. */
const MARKS: Readonly<Record<string, string>> = {
  systemAwareMergeWithSig: 'GEPA',
  compileRound: 'BootstrapFewShot',
  runCurator: 'ACE',
};

/** Returns the label of the optimizer class that owns this prototype; `undefined` for any other class. */
export function axLabelOf(prototype: object): string | undefined {
  const mark = Object.keys(MARKS).find((name) => Object.hasOwn(prototype, name));
  return mark === undefined ? undefined : MARKS[mark];
}

/** Returns the label of an optimizer: for ax's own classes by their methods, for a user's class its name. */
export function optimizerLabel(optimizer: object): string {
  const prototype = Object.getPrototypeOf(optimizer) as object | null;
  const known = prototype === null ? undefined : axLabelOf(prototype);
  return known ?? (methodOf(optimizer, 'constructor')?.name || 'optimizer');
}
