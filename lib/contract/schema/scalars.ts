import type { Json, JsonObject } from '../values.js';
import { type Check, check, membersOf } from './checks.js';

/** Last whole number that a position or the number of items may be: files are named by positions, lists sized by them. */
export const MAX_POSITION = 2 ** 24;
/** Last time that a `Date` can hold, in milliseconds before or after the Unix epoch. */
export const MAX_TIME = 8.64e15;

/** JSON has no such numbers, so that they are recorded as texts. */
const NOT_FINITE: ReadonlySet<unknown> = new Set(['NaN', 'Infinity', '-Infinity']);

/** Any JSON value. */
export const json: Check<Json> = check(
  'a JSON value',
  (value) => value !== undefined,
  () => null,
  { lost: null },
);

/** An object of any JSON values. */
export const jsonObject: Check<JsonObject> = check(
  'an object',
  (value) => membersOf(value) !== null,
  () => ({}),
  { lost: Object.freeze({}) },
);

/** A text. */
export const text: Check<string> = check('a text', (value) => typeof value === 'string', textOf, { lost: '' });

/** True or false. */
export const flag: Check<boolean> = check(
  'true or false',
  (value) => typeof value === 'boolean',
  () => false,
  { keepsOriginal: true },
);

/** A finite number, or the text `NaN`, `Infinity` or `-Infinity`. */
export const number: Check<number> = check(
  'a number',
  (value) => (typeof value === 'number' ? Number.isFinite(value) : NOT_FINITE.has(value)),
  () => 'NaN',
);

/** A position in a list, or the number of items of one. */
export const position: Check<number> = check(
  `a whole number from 0 to ${MAX_POSITION}`,
  (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= MAX_POSITION,
  (value) => (typeof value === 'number' && value > MAX_POSITION ? MAX_POSITION : 0),
  { keepsOriginal: true },
);

/** How often something happened. */
export const count: Check<number> = check(
  'a whole number from 0',
  (value) => Number.isSafeInteger(value) && (value as number) >= 0,
  () => 0,
  { keepsOriginal: true },
);

/** Milliseconds since the Unix epoch. */
export const time: Check<number> = check(
  'a time in milliseconds that a Date can hold',
  (value) => typeof value === 'number' && Math.abs(value) <= MAX_TIME,
  () => 0,
  { keepsOriginal: true },
);

/** A text of lower-case hex digits. */
export function hex(digits: number): Check<string> {
  const pattern = new RegExp(`^[0-9a-f]{${digits}}$`);
  return check(
    `${digits} lower-case hex digits`,
    (value) => typeof value === 'string' && pattern.test(value),
    () => '0'.repeat(digits),
    { keepsOriginal: true },
  );
}

function textOf(value: unknown): string {
  return value === undefined ? '' : JSON.stringify(value);
}

/** Longest name of a file or folder of a run, in characters. */
export const MAX_NAME_LENGTH = 200;
// Separators, control characters and characters that Windows forbids. A leading dot hides the file or leaves its folder.
const UNSAFE_NAME = /[/\\:*?"<>|\p{Cc}]|^\.|[. ]$/u;

/** Returns whether a text can name a file or folder on every system, without leaving the folder that it is in. */
export function isFileName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_NAME_LENGTH && !UNSAFE_NAME.test(value);
}

/** A text that names a file or folder. Lines of one journal repeat it, so the check remembers the last one. */
export function fileName(): Check<string> {
  let last: unknown;
  const passes = (value: unknown): boolean => {
    if (value === last && last !== undefined) return true;
    if (!isFileName(value)) return false;
    last = value;
    return true;
  };
  return check(`a file name of at most ${MAX_NAME_LENGTH} characters`, passes, () => '_');
}
