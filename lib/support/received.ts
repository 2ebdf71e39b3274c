import { types } from 'node:util';

/** Characters of a text, a name or a list of fields that are shown. */
const MAX_LENGTH = 80;

/**
 * Renders a value for the `got …` part of an error or warning: `NaN (number)`, `'0.5' (string)`, `null`, `an array of 3`,
 * `an object with a, b`, `an instance of Map`, `the function score`. Never throws and runs no code of the value: neither
 * getters nor proxy traps. At most about 100 characters long.
 */
export function received(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'string') return `'${cut(value)}' (string)`;
  if (typeof value !== 'object' && typeof value !== 'function') return `${cut(String(value))} (${typeof value})`;
  if (types.isProxy(value)) return 'a Proxy';
  if (typeof value === 'function') return receivedFunction(value);
  if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : `an array of ${value.length}`;
  const name = classNameOf(value);
  return name === '' || name === 'Object' ? receivedObject(value) : `an instance of ${cut(name)}`;
}

function receivedFunction(value: object): string {
  const isClass = Object.getOwnPropertyDescriptor(value, 'prototype')?.writable === false;
  const name = ownText(value, 'name');
  if (name === '') return isClass ? 'an anonymous class' : 'an anonymous function';
  return `the ${isClass ? 'class' : 'function'} ${cut(name)}`;
}

function receivedObject(value: object): string {
  const fields = Object.getOwnPropertyNames(value);
  return fields.length === 0 ? 'an empty object' : `an object with ${cut(fields.slice(0, 20).join(', '))}`;
}

/** Returns the name of the class that an object is an instance of, as its prototypes record it; `''` for none. */
function classNameOf(value: object): string {
  let at: unknown = Object.getPrototypeOf(value);
  while (typeof at === 'object' && at !== null && !types.isProxy(at)) {
    const owner: unknown = Object.getOwnPropertyDescriptor(at, 'constructor')?.value;
    if (typeof owner === 'function' && !types.isProxy(owner)) return ownText(owner, 'name');
    at = Object.getPrototypeOf(at);
  }
  return '';
}

function ownText(object: object, name: string): string {
  const value: unknown = Object.getOwnPropertyDescriptor(object, name)?.value;
  return typeof value === 'string' ? value : '';
}

function cut(text: string): string {
  return text.length <= MAX_LENGTH ? text : `${text.slice(0, MAX_LENGTH)}…`;
}
