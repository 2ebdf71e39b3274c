import type { Json } from 'ax-autolog/sink';

/** Returns an object unchanged, and an empty one for any other value. */
export function membersOf(value: Json | undefined): { readonly [key: string]: Json } {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
    ? (value as { readonly [key: string]: Json })
    : {};
}

/** Returns an array unchanged, and an empty one for any other value. */
export function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

/** Parses a string as JSON. Returns any other value, and a string that is not JSON, unchanged. */
export function parsed(value: Json | undefined): Json {
  if (typeof value !== 'string') return value ?? null;
  try {
    return JSON.parse(value) as Json;
  } catch {
    return value;
  }
}
