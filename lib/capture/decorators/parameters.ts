import type { Callable } from '../observe/inspect.js';

/** The parameters of a function, as its source names them. */
export interface Parameters {
  /** Name of each parameter, without a rest parameter; `null` for a destructured one. */
  readonly names: readonly (string | null)[];
  /** False if the function can read more arguments than it names, by a rest parameter or `arguments`. */
  readonly closed: boolean;
}

const CLOSERS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
const LONE_ARROW = /^(?:async\s+)?([\p{ID_Start}$_][\p{ID_Continue}$]*)\s*=>/u;

/**
 * Reads a function's parameter names from its source.
 *
 * @returns `undefined` for native code, a computed method name, or syntax that this parser does not handle
 */
export function parametersOf(fn: Callable): Parameters | undefined {
  const source = Function.prototype.toString.call(fn);
  if (source.endsWith('{ [native code] }')) return undefined;
  const lone = LONE_ARROW.exec(source);
  if (lone?.[1] !== undefined) return { names: [lone[1]], closed: true };
  const opening = source.indexOf('(');
  if (opening === -1 || source.slice(0, opening).includes('[')) return undefined;
  const parts = splitList(source, opening);
  if (parts === undefined) return undefined;
  const rest = parts.some((part) => part.startsWith('...'));
  const names = parts.filter((part) => !part.startsWith('...')).map(parameterName);
  return { names, closed: !rest && !/\barguments\b/.test(source) };
}

function parameterName(part: string): string | null {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*/u.exec(part)?.[0] ?? null;
}

/** Returns the comma-separated parts of the list that opens at `start`; `undefined` if it does not close. */
function splitList(source: string, start: number): string[] | undefined {
  const parts: string[] = [];
  const open: string[] = [];
  let part = '';
  for (let i = start; i < source.length; i += 1) {
    const end = skipped(source, i);
    if (end > i) {
      i = end - 1;
      continue;
    }
    const char = source[i] as string;
    if (char in CLOSERS) open.push(CLOSERS[char] as string);
    else if (char === open.at(-1)) open.pop();
    if (open.length === 0) {
      if (part.trim() !== '') parts.push(part.trim());
      return parts;
    }
    if (char === ',' && open.length === 1) {
      parts.push(part.trim());
      part = '';
    } else if (i > start) part += char;
  }
  return undefined;
}

/** Returns the end of the comment or string that begins at `i`, or `i` if none begins there. */
function skipped(source: string, i: number): number {
  const rest = source.slice(i, i + 2);
  if (rest === '/*') return after(source, '*/', i + 2);
  if (rest === '//') return after(source, '\n', i + 2);
  const quote = source[i] as string;
  if (quote !== "'" && quote !== '"' && quote !== '`') return i;
  for (let j = i + 1; j < source.length; j += 1) {
    if (source[j] === '\\') j += 1;
    else if (source[j] === quote) return j + 1;
  }
  return source.length;
}

function after(source: string, text: string, from: number): number {
  const at = source.indexOf(text, from);
  return at === -1 ? source.length : at + text.length;
}
