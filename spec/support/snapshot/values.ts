import fc from 'fast-check';

/** Makes a value; run once for each use, because some are different each time and some cannot even be looked at. */
export type Make = () => unknown;

/** Objects that fight back, and the odd ones of the language. */
const HOSTILE: readonly Make[] = [
  () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  },
  () => {
    const { proxy, revoke } = Proxy.revocable([], {});
    revoke();
    return proxy;
  },
  () =>
    new Proxy(
      { a: 1 },
      {
        get() {
          throw new Error('no');
        },
      },
    ),
  () =>
    new Proxy(
      {},
      {
        ownKeys() {
          throw new Error('no keys');
        },
      },
    ),
  () =>
    new Proxy(
      {},
      {
        getPrototypeOf() {
          throw Object.create(null);
        },
      },
    ),
  () => ({
    get bad(): string {
      throw new Error('getter');
    },
    good: 1,
  }),
  () => ({
    toJSON() {
      throw new Error('toJSON');
    },
  }),
  () => {
    const cycle: Record<string, unknown> = { x: 1 };
    cycle.self = cycle;
    cycle.list = [cycle];
    return cycle;
  },
  () => Object.assign(new Error('outer', { cause: 'inner' }), { code: 7 }),
  () =>
    Object.defineProperty(new Error('x'), 'message', {
      get() {
        throw new Error('message');
      },
    }),
  () => new Map<unknown, unknown>([[{ a: 1 }, new Set([1n])]]),
  () => new Map([['__proto__', 'x']]),
  () => new Date(Number.NaN),
  () => new Uint8Array(12),
  () => Symbol('s'),
  () => () => 1,
  () => class Foo {},
  () => new (class Foo {})(),
  () => Promise.resolve(1),
  () => new WeakMap(),
  () => /x/g,
  () => new URL('http://127.0.0.1/a?b=c'),
  () => Object(1n),
  () => '\ud800 lone \udc00',
  () => Object.assign([], { 2: 1, length: 4 }),
  () => -0,
];

const odd = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withTypedArray: true,
  withSparseArray: true,
  withNullPrototype: true,
  withObjectString: true,
  withBoxedValues: true,
  withUnicodeString: true,
});

const names = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'toJSON', 'constructor', 'apiKey', 'a'));

function objectOf(entries: readonly (readonly [string, Make])[]): object {
  const object = {};
  for (const [name, make] of entries) {
    Object.defineProperty(object, name, { value: make(), enumerable: true, configurable: true, writable: true });
  }
  return object;
}

/** Anything a program can hold, hostile objects in it included. */
export const anyValue: fc.Arbitrary<Make> = fc.letrec<{ value: Make }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    odd.map((value) => () => value),
    fc.constantFrom(...HOSTILE),
    fc.string({ unit: 'binary' }).map((text) => () => text),
    fc.array(tie('value'), { maxLength: 4 }).map((list) => () => list.map((make) => make())),
    fc.array(fc.tuple(names, tie('value')), { maxLength: 4 }).map((entries) => () => objectOf(entries)),
  ),
})).value;
