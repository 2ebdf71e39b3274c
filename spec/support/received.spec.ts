import { expect } from 'chai';
import { describe, it } from 'mocha';
import { received } from '../../lib/support/received.js';

const refuse = (): never => {
  throw new Error('the value was asked');
};

describe('a value in the message of an error', () => {
  const cases: readonly [value: unknown, text: string][] = [
    [null, 'null'],
    [undefined, 'undefined'],
    [Number.NaN, 'NaN (number)'],
    ['0.5', "'0.5' (string)"],
    [true, 'true (boolean)'],
    [10n, '10 (bigint)'],
    [Symbol('key'), 'Symbol(key) (symbol)'],
    [[], 'an empty array'],
    [[1, 2], 'an array of 2'],
    [{}, 'an empty object'],
    [{ a: 1, b: 2 }, 'an object with a, b'],
    [Object.create(null), 'an empty object'],
    [new Map(), 'an instance of Map'],
    [refuse, 'the function refuse'],
    [() => 1, 'an anonymous function'],
    [class Metric {}, 'the class Metric'],
  ];
  for (const [value, text] of cases) {
    it(`reads ${text}`, () => {
      expect(received(value)).to.equal(text);
    });
  }

  it('runs no code of the value', () => {
    const traps = new Proxy({}, { get: () => refuse });
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const Named = Object.defineProperty(class {}, 'name', { get: refuse });
    const hostile = [
      new Proxy({}, traps),
      new Proxy(class {}, traps),
      proxy,
      Object.create(new Proxy({}, traps)),
      {
        get field() {
          return refuse();
        },
        toString: refuse,
        toJSON: refuse,
        [Symbol.toPrimitive]: refuse,
      },
      Object.defineProperty({}, 'constructor', { get: refuse }),
      Object.defineProperty(() => 1, 'name', { get: refuse }),
      Named,
      new Named(),
    ];
    for (const value of hostile) expect(received(value)).to.match(/^an? /);
  });

  it('is short, whatever the value is', () => {
    const long = 'x'.repeat(10_000);
    const values = [
      long,
      Symbol(long),
      { [long]: 1 },
      Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [i, i])),
    ];
    for (const value of values) expect(received(value).length).to.be.at.most(110);
  });
});
