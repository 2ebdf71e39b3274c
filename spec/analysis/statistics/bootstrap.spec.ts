import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { bootstrapInterval } from '../../../lib/analysis/statistics/bootstrap.js';
import { holm } from '../../../lib/analysis/statistics/mean.js';
import { normalCdf, normalQuantile } from '../../../lib/analysis/statistics/normal.js';
import { randomSource } from '../../../lib/analysis/statistics/random.js';

const values = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 2, maxLength: 40 });

describe('bootstrap interval', () => {
  it('lies within the values, low before high, and is the same each time', () => {
    fc.assert(
      fc.property(values, fc.constantFrom('bca' as const, 'percentile' as const), (scores, method) => {
        const interval = bootstrapInterval(scores, { method, resamples: 499 });
        const [low, high] = [Math.min(...scores), Math.max(...scores)];
        expect(interval?.low).to.be.at.least(low - 1e-9);
        expect(interval?.high).to.be.at.most(high + 1e-9);
        expect(interval?.low).to.be.at.most(interval?.high ?? Number.NaN);
        expect(bootstrapInterval(scores, { method, resamples: 499 })).to.deep.equal(interval);
      }),
      { numRuns: 60 },
    );
  });

  it('grows with the confidence and does not need more than two values', () => {
    const scores = Array.from({ length: 30 }, (_, i) => (i * 7) % 10);
    const width = (confidence: number): number => {
      const interval = bootstrapInterval(scores, { confidence });
      return (interval?.high ?? 0) - (interval?.low ?? 0);
    };
    expect(width(0.99)).to.be.greaterThan(width(0.9));
    expect(bootstrapInterval([])).to.equal(null);
    expect(bootstrapInterval([1])).to.equal(null);
    expect(bootstrapInterval([0, 1])).to.deep.include({ low: 0, high: 1, confidence: 0.95, resamples: 9_999 });
  });

  it('is a point for equal values, by percentiles: BCa is not defined there', () => {
    const interval = bootstrapInterval(Array<number>(20).fill(0.7));
    expect(interval?.method).to.equal('percentile');
    expect(interval?.low).to.be.closeTo(0.7, 1e-12);
    expect(interval?.high).to.be.closeTo(0.7, 1e-12);
  });

  it('holds the true mean about as often as it says', () => {
    const random = randomSource(7);
    let held = 0;
    for (let i = 0; i < 400; i += 1) {
      const scores = Array.from({ length: 60 }, () => (random.below(10) < 3 ? 1 : 0));
      const interval = bootstrapInterval(scores, { resamples: 499, seed: i });
      if (interval && interval.low <= 0.3 && interval.high >= 0.3) held += 1;
    }
    expect(held / 400).to.be.within(0.9, 0.985);
  });
});

describe('Holm', () => {
  it('is never below the value itself, keeps the order, and is Bonferroni for the smallest', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 1e-6, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 }), (ps) => {
        const adjusted = holm(ps);
        for (const [i, p] of ps.entries()) {
          expect(adjusted[i]).to.be.at.least(p).and.at.most(1);
          for (const [j, other] of ps.entries()) if (p < other) expect(adjusted[i]).to.be.at.most(adjusted[j] ?? 0);
        }
        expect(Math.min(...adjusted)).to.equal(Math.min(1, ps.length * Math.min(...ps)));
      }),
    );
    expect(holm([])).to.deep.equal([]);
    expect(holm([0.01, 0.04, 0.03])).to.deep.equal([0.03, 0.06, 0.06]);
  });
});

describe('normal distribution', () => {
  it('quantile and distribution undo each other, and are symmetric', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-12, max: 1 - 1e-12, noNaN: true }), (p) => {
        expect(normalCdf(normalQuantile(p))).to.be.closeTo(p, 1e-12);
        expect(normalCdf(2) + normalCdf(-2)).to.be.closeTo(1, 1e-15);
      }),
    );
    expect(normalQuantile(0.975)).to.be.closeTo(1.959963984540054, 1e-15);
    expect([normalQuantile(0), normalQuantile(1)]).to.deep.equal([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
    expect([normalQuantile(-1), normalQuantile(2), normalCdf(Number.NaN)].every(Number.isNaN)).to.equal(true);
  });
});

describe('random numbers', () => {
  it('are the same for the same seed, and spread evenly', () => {
    const random = randomSource(42);
    expect(randomSource(42).next()).to.equal(random.next());
    expect(randomSource(43).next()).to.not.equal(randomSource(42).next());
    const spread = Array<number>(10).fill(0);
    for (let i = 0; i < 100_000; i += 1) {
      const at = random.below(10);
      spread[at] = (spread[at] ?? 0) + 1;
    }
    const chiSquare = spread.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    // 99.9 % point of chi square with 9 degrees of freedom.
    expect(chiSquare).to.be.lessThan(27.9);
  });
});
