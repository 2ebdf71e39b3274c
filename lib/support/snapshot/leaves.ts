import { types } from 'node:util';

/**
 * Returns the text that is recorded for a date, URL, regular expression, buffer, promise or weak collection; `undefined`
 * for objects that are walked.
 */
export function exoticText(value: object): string | undefined {
  if (types.isDate(value)) return dateText(value);
  if (types.isRegExp(value)) return RegExp.prototype.toString.call(value);
  if (types.isPromise(value)) return '[Promise]';
  if (types.isWeakMap(value)) return '[WeakMap]';
  if (types.isWeakSet(value)) return '[WeakSet]';
  if (types.isAnyArrayBuffer(value)) return `[ArrayBuffer ${value.byteLength} bytes]`;
  if (ArrayBuffer.isView(value)) return `[${viewName(value)} ${value.byteLength} bytes]`;
  if (value instanceof URL) return value.href;
  return undefined;
}

function dateText(value: Date): string {
  const time = Date.prototype.getTime.call(value);
  return Number.isNaN(time) ? 'Invalid Date' : Date.prototype.toISOString.call(value);
}

function viewName(value: ArrayBufferView): string {
  if (Buffer.isBuffer(value)) return 'Buffer';
  return Object.prototype.toString.call(value).slice(8, -1);
}

/** Returns the text that is recorded for a function or class: `[Function name]`. Never throws. */
export function functionText(value: object): string {
  const name: unknown = attempt(() => Reflect.get(value, 'name'));
  return typeof name === 'string' && name !== '' ? `[Function ${name}]` : '[Function]';
}

/** Returns the name of the class that a prototype belongs to; `Object` if it has none. Never throws. */
export function className(prototype: object): string {
  const name: unknown = attempt(() => {
    const maker: unknown = Reflect.get(prototype, 'constructor');
    return typeof maker === 'function' ? maker.name : undefined;
  });
  return typeof name === 'string' && name !== '' ? name : 'Object';
}

/** Returns the message of whatever was thrown. Never throws. */
export function thrownText(thrown: unknown): string {
  const text: unknown = attempt(() => {
    if (typeof thrown === 'object' && thrown !== null) return Reflect.get(thrown, 'message');
    return typeof thrown === 'function' ? functionText(thrown) : String(thrown);
  });
  return typeof text === 'string' ? text : 'unknown error';
}

/** Returns what `read` returns, or `undefined` if it throws. */
export function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** Returns the primitive in an object such as `new String('a')`. */
export function unboxed(value: object): unknown {
  return (
    attempt(() => Number.prototype.valueOf.call(value)) ??
    attempt(() => String.prototype.valueOf.call(value)) ??
    attempt(() => Boolean.prototype.valueOf.call(value)) ??
    attempt(() => BigInt.prototype.valueOf.call(value)) ??
    attempt(() => Symbol.prototype.valueOf.call(value))
  );
}
