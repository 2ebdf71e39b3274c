import { AutologError } from 'ax-autolog';
import { PRIVATE_TEXT } from './decoy-home.js';
import type { Said } from './operations.js';

/** What only an error of our own code or of the JavaScript engine says. */
const INTERNAL =
  /AXL_INTERNAL|\b(?:Type|Range|Reference|Assertion)Error\b|Maximum call stack|Cannot (?:read|set|convert|destructure|mix)|is not (?:a function|iterable|defined)|Invalid (?:array|string) length|heap out of memory|\n\s+at .+:\d+:\d+/;
const CODED = /AXL_[A-Z]+/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
const DRIVES_A_TERMINAL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

/** What is wrong with the outcome of an operation; empty if nothing is. */
export function judge({ code, shown, problems }: Said): string[] {
  const found: string[] = [];
  const internal = INTERNAL.exec(problems);
  if (internal) found.push(`says '${around(problems, internal.index)}'`);
  if (![0, 1, 2].includes(code)) found.push(`exit code ${code}`);
  else if (code !== 0 && !CODED.test(problems) && !CODED.test(shown))
    found.push(`exit code ${code} without a coded message: ${problems.slice(0, 200)}`);
  const control = DRIVES_A_TERMINAL.exec(shown);
  if (control) found.push(`writes a control character: ${JSON.stringify(around(shown, control.index))}`);
  if (shown.includes(PRIVATE_TEXT)) found.push(`shows a private file: ${around(shown, shown.indexOf(PRIVATE_TEXT))}`);
  return found;
}

/** What is wrong with an error that came out of the library; empty if it is one of its own, with a code. */
export function judgeError(error: unknown): string[] {
  if (error instanceof AutologError && error.code !== 'AXL_INTERNAL')
    return judge({ code: 2, shown: '', problems: error.message });
  return [
    `throws ${error instanceof Error ? (error.stack ?? error.message).split('\n').slice(0, 3).join(' ') : String(error)}`,
  ];
}

function around(text: string, at: number): string {
  return text.slice(Math.max(0, at - 80), at + 120).replaceAll('\n', ' ');
}
