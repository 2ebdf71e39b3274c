import stringWidth from 'string-width';
import type { Json } from '../../contract/events.js';
import { visibleJson, visibleText } from '../../contract/visible-text.js';

/** Characters of a text that are shown by default. */
const MAX_TEXT = 2_000;

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/**
 * Shows every character of a text by its code that could control a terminal, change the direction of text, or hide
 * something: `\\u001b`. Tab and newline stay, and so do joiners within words and emoji. A longer text is cut, and the number
 * of cut characters appended.
 *
 * @param longest in characters. Default 2,000
 * @experimental
 */
export function clean(text: string, longest = MAX_TEXT): string {
  const clipped = text.length > longest ? `${text.slice(0, longest)}… (${text.length - longest} more)` : text;
  return visibleText(clipped);
}

/**
 * Cleans a text like {@link clean} and puts it on one line.
 *
 * @experimental
 */
export function oneLine(text: string): string {
  return clean(text).replace(/\s+/g, ' ').trim();
}

/**
 * Returns a copy of a value with every string and key cleaned like {@link clean}; `null` for `undefined`.
 *
 * @experimental
 */
export function cleanJson(value: Json | undefined): Json {
  if (typeof value === 'string') return clean(value);
  if (value === null || value === undefined || typeof value !== 'object') return value ?? null;
  if (Array.isArray(value)) return value.map(cleanJson);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [clean(key), cleanJson(member)]));
}

/**
 * Returns the width of a text on a terminal, in columns: two for wide characters and emoji, none for combining marks.
 *
 * @experimental
 */
export function width(text: string): number {
  return stringWidth(text);
}

/**
 * Cuts a text to a width on a terminal, with an ellipsis if it is longer. It never cuts through a character.
 *
 * @param columns largest width, in columns
 * @experimental
 */
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

/**
 * Pads a text with spaces to a width on a terminal.
 *
 * @param columns width, in columns
 * @param align side of the text. Default `left`
 * @experimental
 */
export function pad(text: string, columns: number, align: 'left' | 'right' = 'left'): string {
  const space = ' '.repeat(Math.max(0, columns - width(text)));
  return align === 'left' ? text + space : space + text;
}

/**
 * Formats a score with at most four decimals; `-` if there is none.
 *
 * @experimental
 */
export function score(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '-';
  if (value !== 0 && Math.abs(value) < 1e-4) return value.toExponential(1);
  return String(Number(value.toFixed(4)));
}

/**
 * Formats a count in a few characters: `950`, `1.2k`, `34.5k`, `1.2M`.
 *
 * @experimental
 */
export function count(value: number): string {
  if (value < 1_000) return String(Math.round(value));
  if (value < 999_950) return `${Number((value / 1_000).toFixed(1))}k`;
  return `${Number((value / 1_000_000).toFixed(1))}M`;
}

/**
 * Formats milliseconds: `0.4s`, `12s`, `03:25` or `1:03:25`; `-` if there are none.
 *
 * @experimental
 */
export function duration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined || !Number.isFinite(ms) || ms < 0) return '-';
  if (ms < 9_950) return `${Number((ms / 1_000).toFixed(1))}s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${seconds}s`;
  const two = (value: number): string => String(value).padStart(2, '0');
  const [minutes, rest] = [Math.floor(seconds / 60), two(seconds % 60)];
  return minutes < 60 ? `${two(minutes)}:${rest}` : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${rest}`;
}

/**
 * Escapes every character in a JSON text that could control a terminal, change the direction of text, or hide something. The
 * result parses to the same value.
 *
 * @experimental
 */
export function safeJson(json: string): string {
  return visibleJson(json);
}
