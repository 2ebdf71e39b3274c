import type { Json, JsonObject } from 'ax-autolog/sink';

/** Returns a param's text: a text unchanged, anything else as JSON. */
export function paramText(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

/**
 * Flattens nested objects and lists, joining names with dots: `{ a: { b: [5, 6] } }` becomes `a.b.0` and `a.b.1`, like
 * MLflow flattens the state of a DSPy module. Empty objects, empty lists and null are values.
 */
export function flatten(
  prefix: string,
  value: Json | undefined,
  into: Map<string, Json> = new Map(),
): Map<string, Json> {
  const members = value !== null && typeof value === 'object' ? Object.entries(value) : [];
  if (members.length === 0) {
    if (prefix !== '' && value !== undefined) into.set(prefix, value);
    return into;
  }
  for (const [name, member] of members) flatten(prefix === '' ? name : `${prefix}.${name}`, member as Json, into);
  return into;
}

/** Flattens settings like {@link flatten}, but keeps lists as values, because a list is one setting. */
export function flattenSettings(prefix: string, settings: JsonObject | undefined): Map<string, Json> {
  const flat = new Map<string, Json>();
  for (const [name, value] of Object.entries(settings ?? {})) {
    const isNested =
      value !== null && typeof value === 'object' && !Array.isArray(value) && Object.keys(value).length > 0;
    if (isNested)
      for (const [key, member] of flattenSettings(`${prefix}${name}.`, value as JsonObject)) flat.set(key, member);
    else flat.set(`${prefix}${name}`, value);
  }
  return flat;
}

/** Returns an object as JSON with sorted names. */
export function sortedJson(value: JsonObject): string {
  return JSON.stringify(Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))));
}

/** Returns at most `limit` UTF-16 units from the start of a text, without splitting a character. */
export function firstChars(text: string, limit: number): string {
  return text.length <= limit ? text : text.slice(0, limit).replace(/[\uD800-\uDBFF]$/, '');
}

/** Returns a number as a metric's value; `null` for anything else. NaN and infinities are text, as in events. */
export function metricValue(value: unknown): number | string | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  return value === 'NaN' || value === 'Infinity' || value === '-Infinity' ? value : null;
}

/** End of the year 9999: the server cannot parse later times. */
const LAST_TIME = 253_402_300_799_999;

/** Returns a time that MLflow accepts: whole milliseconds, not before 1970. */
export function wholeTime(time: number): number {
  return Number.isFinite(time) ? Math.min(LAST_TIME, Math.max(0, Math.floor(time))) : 0;
}

/** Returns a step that MLflow accepts: a whole number, 0 if there is none. */
export function wholeStep(step: number | null | undefined): number {
  return typeof step === 'number' && Number.isFinite(step) ? Math.trunc(step) : 0;
}
