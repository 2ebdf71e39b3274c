import type { Json, JsonObject } from 'ax-autolog/sink';

/** A value as a param's text: text as it is, anything else as JSON. */
export function paramText(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

/**
 * Nested objects and lists as one level, names joined by dots: `{ a: { b: [5, 6] } }` gives `a.b.0` and `a.b.1`, as
 * MLflow flattens the state of a DSPy module. Empty objects and lists, and null, stay values.
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

/** Like {@link flatten}, but lists stay values: for settings, where a list is one choice. */
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

/** The object with its names in order, as text. */
export function sortedJson(value: JsonObject): string {
  return JSON.stringify(Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))));
}

/** The beginning of a text, of at most so many UTF-16 units; a character is never cut in two. */
export function firstChars(text: string, limit: number): string {
  return text.length <= limit ? text : text.slice(0, limit).replace(/[\uD800-\uDBFF]$/, '');
}

/** A number that MLflow takes as a metric; `null` for anything else. JSON-safe events hold NaN and infinities as text. */
export function metricValue(value: unknown): number | string | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  return value === 'NaN' || value === 'Infinity' || value === '-Infinity' ? value : null;
}

/** The end of the year 9999: later times have no form in JSON that the server reads. */
const LAST_TIME = 253_402_300_799_999;

/** A time as MLflow takes it: whole milliseconds, not before 1970. */
export function wholeTime(time: number): number {
  return Number.isFinite(time) ? Math.min(LAST_TIME, Math.max(0, Math.floor(time))) : 0;
}

/** A step as MLflow takes it. */
export function wholeStep(step: number | null | undefined): number {
  return typeof step === 'number' && Number.isFinite(step) ? Math.trunc(step) : 0;
}
