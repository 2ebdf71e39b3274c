import stringWidth from 'string-width';
import stripAnsi from 'strip-ansi';
import type { Json } from '../../contract/events.js';

/** Longest text that a line or cell shows, in characters. */
const MAX_TEXT = 2_000;

/** C0 and C1 controls but tab and newline, and the marks that turn the direction of text (Trojan Source, CVE-2021-42574). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/**
 * Text from a model or user without anything that could drive a terminal; tab and newline stay. Cut at 2,000 characters
 * if nothing else is said.
 */
export function clean(text: string, longest = MAX_TEXT): string {
  const clipped = text.length > longest ? `${text.slice(0, longest)}… (${text.length - longest} more)` : text;
  return stripAnsi(clipped.replace(/\r\n/g, '\n')).replace(CONTROLS, '');
}

/** {@link clean} on one line. */
export function oneLine(text: string): string {
  return clean(text).replace(/\s+/g, ' ').trim();
}

/** A value with every text and key in it {@link clean}. */
export function cleanJson(value: Json | undefined): Json {
  if (typeof value === 'string') return clean(value);
  if (value === null || value === undefined || typeof value !== 'object') return value ?? null;
  if (Array.isArray(value)) return value.map(cleanJson);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [clean(key), cleanJson(member)]));
}

/** Columns that text takes on a terminal: two for wide characters and emoji, none for combining marks. */
export function width(text: string): number {
  return stringWidth(text);
}

/** The text, cut to `columns` with an ellipsis where it is longer; never through a character. */
export function truncate(text: string, columns: number): string {
  if (width(text) <= columns) return text;
  if (columns < 1) return '';
  let result = '';
  let used = 0;
  for (const { segment } of graphemes.segment(text)) {
    const next = width(segment);
    if (used + next > columns - 1) break;
    result += segment;
    used += next;
  }
  return `${result}…`;
}

/** The text filled up with spaces to `columns`. */
export function pad(text: string, columns: number, align: 'left' | 'right' = 'left'): string {
  const space = ' '.repeat(Math.max(0, columns - width(text)));
  return align === 'left' ? text + space : space + text;
}

/** A score with at most four decimals, `-` for none. */
export function score(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '-';
  if (value !== 0 && Math.abs(value) < 1e-4) return value.toExponential(1);
  return String(Number(value.toFixed(4)));
}

/** `950`, `1.2k`, `34.5k`, `1.2M`. */
export function count(value: number): string {
  if (value < 1_000) return String(Math.round(value));
  if (value < 999_950) return `${Number((value / 1_000).toFixed(1))}k`;
  return `${Number((value / 1_000_000).toFixed(1))}M`;
}

/** Milliseconds as `0.4s`, `12s`, `03:25` or `1:03:25`. */
export function duration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined || !Number.isFinite(ms) || ms < 0) return '-';
  if (ms < 9_950) return `${Number((ms / 1_000).toFixed(1))}s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${seconds}s`;
  const two = (value: number): string => String(value).padStart(2, '0');
  const [minutes, rest] = [Math.floor(seconds / 60), two(seconds % 60)];
  return minutes < 60 ? `${two(minutes)}:${rest}` : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${rest}`;
}

/** Controls that JSON leaves as they are (DEL, C1) and the marks that turn the direction of text. */
const UNESCAPED = /[\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** JSON of the same value in which nothing can drive a terminal, or show text in another order than it has. */
export function safeJson(json: string): string {
  return json.replace(UNESCAPED, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
