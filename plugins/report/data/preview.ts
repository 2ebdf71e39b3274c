import type { Json } from 'ax-autolog/analysis';

const LENGTH = 120;
/** Characters of a text that are read, so that a label of a large text is cheap. */
const MAX_READ = 2_000;

/**
 * Returns the beginning of a value on one line, for use as a label. An object is labelled by its first non-empty
 * string.
 */
export function preview(value: Json): string {
  const text = oneLine(firstText(value).slice(0, MAX_READ));
  return text.length > LENGTH ? `${cut(text)}…` : text;
}

function firstText(value: Json): string {
  if (typeof value === 'string') return value;
  if (value === null || typeof value !== 'object') return String(value);
  const parts = Array.isArray(value) ? value : Object.values(value);
  const text = parts.find((part) => typeof part === 'string' && part !== '');
  return typeof text === 'string' ? text : (JSON.stringify(value) ?? '').slice(0, MAX_READ);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** Cuts a text without splitting a surrogate pair. */
function cut(text: string): string {
  return text.slice(0, LENGTH).replace(/[\ud800-\udbff]$/, '');
}
