import type { Json } from 'ax-autolog/analysis';

const LENGTH = 120;
/** How much of a text is looked at: a megabyte is not flattened for a label. */
const LOOKED_AT = 2_000;

/** The beginning of a value on one line, as a label. An object is told by the first of its texts. */
export function preview(value: Json): string {
  const text = oneLine(wording(value).slice(0, LOOKED_AT));
  return text.length > LENGTH ? `${cut(text)}…` : text;
}

function wording(value: Json): string {
  if (typeof value === 'string') return value;
  if (value === null || typeof value !== 'object') return String(value);
  const parts = Array.isArray(value) ? value : Object.values(value);
  const text = parts.find((part) => typeof part === 'string' && part !== '');
  return typeof text === 'string' ? text : (JSON.stringify(value) ?? '').slice(0, LOOKED_AT);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** Does not cut a character in two. */
function cut(text: string): string {
  return text.slice(0, LENGTH).replace(/[\ud800-\udbff]$/, '');
}
