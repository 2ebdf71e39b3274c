import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { Json } from '../../lib/contract/events.js';
import { canonicalJson, exampleId } from '../../lib/support/content-hash.js';
import { snapshot } from '../../lib/support/snapshot/snapshot.js';

/** The same value with the names of every object in reverse order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, reversed(item)] as const);
  return Object.fromEntries(entries.reverse());
}

describe('identity by content', () => {
  const value = fc.jsonValue({ maxDepth: 4 });

  it('does not depend on the order in which an example was built', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), value), (example) => {
        expect(exampleId(reversed(example))).to.equal(exampleId(example));
        expect(exampleId({ nested: [reversed(example)] })).to.equal(exampleId({ nested: [example] }));
      }),
    );
  });

  it('is that of the snapshot, whatever the example is made of', () => {
    class Example {
      b = 1;
      a = [new Date(0), undefined];
    }
    const odd = [
      new Example(),
      { a: undefined, b: -0, c: Number.NaN },
      { '\ud800': '\udc00' },
      { a: [undefined, 1n], b: () => 1 },
      { toJSON: () => 'never called' },
      Object.assign(Object.create(null), { 10: 1, 9: 2, z: 3, a: 4 }),
      {
        get broken(): string {
          throw new Error('cannot be read');
        },
      },
    ];
    for (const example of odd) expect(exampleId(example)).to.equal(exampleId(snapshot(example)));
  });

  it('is written as JSON with sorted names that says the same', () => {
    fc.assert(
      fc.property(value, (json) => {
        const plain = snapshot(json);
        const text = canonicalJson(plain);
        expect(JSON.parse(text)).to.deep.equal(plain);
        expect(canonicalJson(reversed(plain) as Json)).to.equal(text);
      }),
    );
  });
});
