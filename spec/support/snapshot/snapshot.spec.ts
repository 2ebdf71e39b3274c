import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { Json } from '../../../lib/contract/events.js';
import { createRedactor } from '../../../lib/support/redact/redact.js';
import { capture, snapshot, toErrorData } from '../../../lib/support/snapshot/snapshot.js';
import { anyValue } from './values.js';

const redactor = createRedactor();

function isDeepFrozen(value: Json): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return Object.isFrozen(value) && Object.values(value).every(isDeepFrozen);
}

describe('snapshot', () => {
  it('turns any value into frozen JSON that survives a round trip', () => {
    fc.assert(
      fc.property(anyValue, fc.boolean(), (make, redacting) => {
        const json = snapshot(make(), redacting ? redactor : undefined);
        expect(JSON.parse(JSON.stringify(json))).to.deep.equal(json);
        expect(isDeepFrozen(json)).to.equal(true);
        expect(JSON.stringify(json).isWellFormed()).to.equal(true);
      }),
      { numRuns: 1500 },
    );
  });

  it('gives back plain JSON as it is, and a snapshot of a snapshot is the same', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'grapheme' }), (value) => {
        const json = snapshot(value);
        expect(json).to.deep.equal(JSON.parse(JSON.stringify(value)));
        expect(snapshot(json)).to.deep.equal(json);
      }),
    );
  });

  it('leaves the value unchanged and unfrozen', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const before = JSON.stringify(value);
        snapshot(value, redactor);
        expect(JSON.stringify(value)).to.equal(before);
      }),
    );
    const list = [{ apiKey: 'k', tags: ['a'] }];
    snapshot(list, redactor);
    list[0]?.tags.push('b');
    expect(list).to.deep.equal([{ apiKey: 'k', tags: ['a', 'b'] }]);
  });

  it('reads a getter once and calls no method of the value', () => {
    let reads = 0;
    let calls = 0;
    const value = {
      get once(): number {
        reads += 1;
        return 1;
      },
      toJSON: () => {
        calls += 1;
      },
      toString: () => {
        calls += 1;
        return '';
      },
    };
    snapshot(value, redactor);
    expect({ reads, calls }).to.deep.equal({ reads: 1, calls: 0 });
  });

  it('writes each kind of value as documented', () => {
    class Point {
      x = 1;
      y = undefined;
      #hidden = 2;
      get sum(): number {
        return this.x + this.#hidden;
      }
    }
    expect(
      snapshot({
        numbers: [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 12n],
        none: undefined,
        holes: [undefined, null],
        symbol: Symbol('name'),
        fn: function named() {},
        date: new Date(0),
        invalid: new Date(Number.NaN),
        url: new URL('http://127.0.0.1/x'),
        regexp: /a+/gi,
        named: new Map([['a', 1]]),
        pairs: new Map<unknown, unknown>([[1, 'a']]),
        set: new Set(['a', 2]),
        bytes: new Uint8Array(12),
        buffer: Buffer.from('ab'),
        point: new Point(),
        empty: new (class Empty {})(),
        nothing: Object.create(null),
        lone: 'a\ud800b',
        boxed: Object('text'),
      }),
    ).to.deep.equal({
      numbers: ['NaN', 'Infinity', '-Infinity', 0, '12n'],
      holes: [null, null],
      symbol: 'Symbol(name)',
      fn: '[Function named]',
      date: '1970-01-01T00:00:00.000Z',
      invalid: 'Invalid Date',
      url: 'http://127.0.0.1/x',
      regexp: '/a+/gi',
      named: { a: 1 },
      pairs: [[1, 'a']],
      set: ['a', 2],
      bytes: '[Uint8Array 12 bytes]',
      buffer: '[Buffer 2 bytes]',
      point: { x: 1 },
      empty: '[Empty]',
      nothing: {},
      lone: 'a\ufffdb',
      boxed: 'text',
    });
  });

  it('marks cycles and keeps what is merely shared', () => {
    const shared = { a: 1 };
    const value: Record<string, unknown> = { left: shared, right: shared };
    value.self = value;
    expect(snapshot(value)).to.deep.equal({ left: { a: 1 }, right: { a: 1 }, self: '[Circular]' });
  });

  it('says what a getter threw and keeps the other properties', () => {
    const value = {
      get bad(): string {
        throw new Error('with key sk-abcdefghijklmnop1234');
      },
      good: 1,
    };
    expect(snapshot(value, redactor)).to.deep.equal({ bad: '[Getter threw: with key [REDACTED]]', good: 1 });
  });

  it('does not pollute prototypes and keeps a property named __proto__', () => {
    const json = snapshot(JSON.parse('{"__proto__":{"polluted":true}}')) as object;
    expect(Object.keys(json)).to.deep.equal(['__proto__']);
    expect(Object.getPrototypeOf(json)).to.equal(Object.prototype);
    expect(({} as { polluted?: boolean }).polluted).to.equal(undefined);
  });

  it('survives nesting of any depth', () => {
    let deep: unknown = 1;
    for (let i = 0; i < 100_000; i += 1) deep = [deep];
    expect(JSON.stringify(snapshot(deep))).to.contain('[Too deep]');
  });

  it('keeps long lists and strings whole', () => {
    const list = Array.from({ length: 50_000 }, (_, i) => ({ i }));
    const text = 'x'.repeat(5_000_000);
    const json = snapshot({ list, text }, redactor) as { list: Json[]; text: string };
    expect(json.list).to.have.length(50_000);
    expect(json.text).to.equal(text);
  });

  it('comes to an end with graphs that grow without end', () => {
    const endless = (): object =>
      new Proxy(
        {},
        {
          ownKeys: () => ['a', 'b'],
          get: endless,
          getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true, value: 1 }),
        },
      );
    expect(JSON.stringify(snapshot(endless()))).to.contain('[Truncated: ');
  }).timeout(60_000);
});

describe('capture', () => {
  it('is used again as it is by later snapshots with the same redactor', () => {
    const rows = capture([{ question: 'a' }], redactor);
    const json = snapshot({ rows }, redactor) as { rows: Json };
    expect(json.rows).to.equal(rows);
  });

  it('is looked at again by a redactor that knows more', () => {
    const rows = capture([{ note: 'internal-7431' }], redactor);
    const stricter = createRedactor({ patterns: [/internal-\d+/] });
    expect(snapshot({ rows }, stricter)).to.deep.equal({ rows: [{ note: '[REDACTED]' }] });
  });

  it('does not trust frozen objects that it did not make', () => {
    const frozen = Object.freeze({ apiKey: 'abc' });
    expect(snapshot({ frozen }, redactor, 'settings')).to.deep.equal({ frozen: { apiKey: '[REDACTED]' } });
  });
});

describe('toErrorData', () => {
  it('tells name, message, code, stack and causes, redacted', () => {
    const cause = new TypeError('Bearer abcdef123456');
    const error = Object.assign(new RangeError('outer sk-abcdefghijklmnop1234', { cause }), { code: 'E_X' });
    const data = toErrorData(error, redactor);
    expect(data).to.deep.include({ name: 'RangeError', message: 'outer [REDACTED]', code: 'E_X' });
    expect(data.stack).to.contain('snapshot.spec').and.not.contain('sk-abc');
    expect(data.cause).to.deep.include({ name: 'TypeError', message: 'Bearer [REDACTED]' });
  });

  it('takes whatever can be thrown', () => {
    expect(toErrorData('text')).to.deep.equal({ name: 'NonError', message: 'text' });
    expect(toErrorData(undefined)).to.deep.equal({ name: 'NonError', message: 'undefined' });
    expect(toErrorData({ a: 1 })).to.deep.equal({ name: 'NonError', message: '{"a":1}' });
    fc.assert(
      fc.property(anyValue, (make) => {
        const data = toErrorData(make(), redactor);
        expect(data.name).to.be.a('string');
        expect(data.message).to.be.a('string');
        expect(JSON.parse(JSON.stringify(data))).to.deep.equal(data);
      }),
    );
  });

  it('follows five causes and no cycle', () => {
    const error = new Error('loop');
    error.cause = error;
    expect(toErrorData(error).cause).to.equal(undefined);
    const a = new Error('a');
    const b = new Error('b', { cause: a });
    a.cause = b;
    const messages: string[] = [];
    for (let at: ReturnType<typeof toErrorData> | undefined = toErrorData(a); at; at = at.cause)
      messages.push(at.message);
    expect(messages).to.deep.equal(['a', 'b', 'a', 'b', 'a']);
  });

  it('says what is in an AggregateError', () => {
    const data = toErrorData(new AggregateError([new Error('refused')], ''));
    expect(data.cause?.message).to.equal('refused');
  });
});
