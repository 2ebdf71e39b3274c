import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { createRedactor } from '../../../lib/support/redact/redact.js';
import { snapshot, toErrorData } from '../../../lib/support/snapshot/snapshot.js';
import { anyValue } from '../snapshot/values.js';
import { prose } from './prose.js';

const LEARNED = 'Zq7-learned/"secret"+value';
const SECRETS = [
  'sk-ant-api03-Zq7abcdefghijklmnop',
  'AIzaZq7abcdefghijklmnopqrstuvwxyz0123456',
  'ghp_Zq7abcdefghijklmnopqrstuvwxyz',
  LEARNED,
];

type Wrap = (inner: unknown, other: unknown) => unknown;
class Settings {
  constructor(
    readonly option: unknown,
    readonly other: unknown,
  ) {}
}

/** Ways a value comes to stand inside another. */
const wraps = fc.constantFrom<Wrap>(
  (inner, other) => ({ other, inner }),
  (inner, other) => [other, inner],
  (inner) => new Map([['key', inner]]),
  (inner, other) => new Map([[other, inner]]),
  (inner) => new Set([inner]),
  (inner, other) => new Settings(inner, other),
  (inner) => Object.assign(Object.create(null), { inner }),
  (inner) => new Error('outer', { cause: inner }),
  (inner) => (typeof inner === 'string' ? { [inner]: 1 } : { inner }),
  (inner) => (typeof inner === 'string' ? new Error(inner) : { inner }),
  (inner) => (typeof inner === 'string' ? JSON.stringify({ body: JSON.stringify({ inner }) }) : { inner }),
  (inner) => ({
    get inner(): unknown {
      if (typeof inner === 'string') throw new Error(inner);
      return inner;
    },
  }),
);

describe('a secret', () => {
  it('is in no snapshot and no error, wherever it was', () => {
    const redactor = createRedactor();
    redactor.learn(LEARNED);
    fc.assert(
      fc.property(
        fc.constantFrom(...SECRETS),
        prose,
        prose,
        fc.array(wraps, { maxLength: 6 }),
        anyValue,
        (secret, before, after, path, other) => {
          const value = path.reduce<unknown>((inner, wrap) => wrap(inner, other()), `${before} ${secret} ${after}`);
          for (const json of [snapshot(value, redactor), toErrorData(value, redactor)])
            expect(JSON.stringify(json)).to.not.contain('Zq7');
        },
      ),
      { numRuns: 2000 },
    );
  });
});
