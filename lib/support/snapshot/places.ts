import { hidesText } from '../redact/names.js';
import { type PropertyRule, REDACTED, type Redactor, type RedactPlace } from '../redact/redact.js';

/**
 * Where a value stands, which decides whether names make its members secret. `settings`, `headers`: by name. `data`: never,
 * except the user's `redact.keys`. `tool`: arguments of a tool, whose credentials are secret if they look like secrets. `own`: an
 * id or word that the tracker made, which is recorded as it is.
 */
export type Place = RedactPlace | 'tool' | 'own';

/** The place of a value, or the places of its members; those of a list hold for each item. */
export type Places = Place | PlacesByField | ((value: object) => Places);

/** The places of an object's members. `*` is that of members that are not listed. Default: `data` */
export interface PlacesByField {
  readonly [field: string]: Places;
}

/** Settings whose members are headers or cookies. */
const HEADERS = /^(?:\w*[hH]eaders?|[cC]ookies?)$/;

/** Returns the place of a member. */
export function fieldPlace(places: Places, field: string): Places {
  if (places === 'data') return places;
  if (typeof places === 'string') return places !== 'headers' && isHeaders(field) ? 'headers' : places;
  if (typeof places === 'function') return 'data';
  if (Object.hasOwn(places, field)) return places[field] as Places;
  return places['*'] ?? 'data';
}

/** The length and the last letter rule out most names, far faster than the expression does. */
function isHeaders(field: string): boolean {
  if (field.length < 6) return false;
  const last = field.charCodeAt(field.length - 1);
  return (last === 0x73 || last === 0x72 || last === 0x65) && HEADERS.test(field);
}

/** Returns the value to record for a member: `[REDACTED]` if its name makes it a secret in this place. */
export function hiddenValue(redactor: Redactor, rule: PropertyRule, places: Places, value: unknown): unknown {
  const place = typeof places === 'string' && places !== 'own' ? places : 'data';
  const strength = place === 'tool' ? rule.settings : rule[place];
  if (strength === 'open') return value;
  // Empty values and booleans are never secrets.
  if (value === null || value === undefined || value === '' || typeof value === 'boolean') return value;
  if (typeof value === 'string' && redactor.allows(value)) return value;
  return isHidden(strength, place, rule.name, value) ? REDACTED : value;
}

/** Returns the value to record for a setting: `[REDACTED]` if its name makes it a secret. */
export function hiddenSetting(redactor: Redactor, name: string, value: unknown): unknown {
  return hiddenValue(redactor, redactor.property(name), 'settings', value);
}

function isHidden(strength: PropertyRule[RedactPlace], place: Place, name: string, value: unknown): boolean {
  if (strength === 'user') return true;
  if (place === 'tool' && strength !== 'strong') return false;
  if (place === 'tool') return typeof value === 'string' && hidesText(strength, name, value);
  if (strength === 'strong') return true;
  if (strength === 'weak') return typeof value !== 'number';
  if (strength === 'code' && /^\d{4,}$/.test(String(value))) return true;
  return typeof value === 'string' && hidesText(strength, name, value);
}
