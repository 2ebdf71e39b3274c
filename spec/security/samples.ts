import type { Check, Field } from '../../lib/contract/schema/checks.js';

/** Values of every type of JSON, among them those that attackers put where a number or a name is expected. */
export const VALUES: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  2 ** 24 + 1,
  1e300,
  1_700_000_000_000,
  '',
  'text',
  'constructor',
  '/../../../../my',
  '0'.repeat(16),
  '0'.repeat(32),
  'utf8',
  'AX_SECRET_1',
  [],
  [null],
  {},
  { calls: null },
];

/** A place in a value and the check that holds there. */
export interface Place {
  readonly path: readonly string[];
  readonly check: Check<unknown>;
}

/** Makes a value with every member that a check knows, optional ones included. */
export function sampleOf(check: Check<unknown>): unknown {
  const { fields, item } = check;
  if (fields)
    return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, sampleOf(checkOf(field))]));
  if (item) return [{ key: sampleOf(item) }, [sampleOf(item)]].find((value) => check.test(value) === null);
  const words = /'(\w+)'/.exec(check.expected)?.[1];
  return [words, 'json', ...VALUES.slice(1)].find((value) => value !== undefined && check.test(value) === null);
}

/** Returns every place of a value that {@link sampleOf} made. */
export function placesOf(check: Check<unknown>, path: readonly string[] = []): Place[] {
  const inside = Object.entries(check.fields ?? {}).flatMap(([name, field]) =>
    placesOf(checkOf(field), [...path, name]),
  );
  const key = Array.isArray(sampleOf(check)) ? '0' : 'key';
  const items = check.item && !check.fields ? placesOf(check.item, [...path, key]) : [];
  return [...(path.length > 0 ? [{ path, check }] : []), ...inside, ...items];
}

/** Returns a copy of a JSON value with another value at a place. */
export function withValue(value: unknown, path: readonly string[], other: unknown): unknown {
  const copy = structuredClone(value) as Record<string, unknown>;
  let holder = copy;
  for (const name of path.slice(0, -1)) holder = holder[name] as Record<string, unknown>;
  holder[path.at(-1) as string] = other;
  return copy;
}

function checkOf(field: Field<unknown>): Check<unknown> {
  return 'optional' in field ? field.optional : field;
}
