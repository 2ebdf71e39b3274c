import { posix } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { decodeKey, encodeKey, encodePath, isCut } from '../../../plugins/mlflow/mapping/keys.js';

const name = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc
    .array(fc.constantFrom('_', 'u', '5', 'f', '/', '.', ':', ' ', 'a', '#', '[', '値', '🧮'))
    .map((parts) => parts.join('')),
);

/** `validate_param_and_metric_name` and `path_not_unique` of MLflow 3.17.2. */
function isTaken(key: string): boolean {
  const norm = posix.normalize(key);
  return (
    /^[/\p{L}\p{N}_.\- :]*$/u.test(key) && norm === key && norm !== '.' && !/^\.\.|^\//.test(norm) && !/\/$/.test(key)
  );
}

describe('MLflow keys', () => {
  it('leaves what MLflow takes as it is', () => {
    for (const key of ['root::instruction', 'compile_1/lm_params', 'Größe', 'a b.c-d_e', 'best_full']) {
      expect(encodeKey(key)).to.equal(key);
    }
  });

  it('gives names that MLflow takes, and the name back', () => {
    fc.assert(
      fc.property(name, (key) => {
        fc.pre(key !== '' && key.isWellFormed());
        const encoded = encodeKey(key, 10_000);
        expect(isTaken(encoded), encoded).to.equal(true);
        expect(decodeKey(encoded)).to.equal(key);
        expect(decodeKey(encodePath(key))).to.equal(key);
        expect(encodePath(key)).not.to.match(/[:#]/);
      }),
      { numRuns: 2_000 },
    );
  });

  it('never gives two names the same key', () => {
    fc.assert(
      fc.property(name, name, (a, b) => {
        fc.pre(a !== b);
        expect(encodeKey(a)).not.to.equal(encodeKey(b));
      }),
      { numRuns: 2_000 },
    );
  });

  it('cuts what is too long, and tells different names apart', () => {
    const [a, b] = [`${'x'.repeat(300)}a`, `${'x'.repeat(300)}b`];
    expect(encodeKey(a)).to.have.lengthOf(250);
    expect(encodeKey(a)).not.to.equal(encodeKey(b));
    expect(isCut(a, encodeKey(a))).to.equal(true);
    expect(isCut('short', encodeKey('short'))).to.equal(false);
    expect(encodeKey('🧮'.repeat(300)).isWellFormed()).to.equal(true);
  });
});
