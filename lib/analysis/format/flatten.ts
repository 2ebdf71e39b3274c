import type { Json } from '../../contract/events.js';
import type { Row } from './csv.js';

/** A value as columns: `name.<field>` for each member of an object, else one column `name`; none for nothing. */
export function flatten(name: string, value: Json | undefined): Row {
  if (value === null || value === undefined) return {};
  if (typeof value !== 'object' || Array.isArray(value)) return { [name]: value };
  return Object.fromEntries(Object.entries(value).map(([field, member]) => [`${name}.${field}`, member]));
}
