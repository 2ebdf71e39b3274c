import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { comparePairs } from '../../../lib/analysis/statistics/compare.js';
import { FullScores } from '../../../lib/analysis/statistics/full-scores.js';
import { binomialInterval } from '../../../lib/analysis/statistics/intervals/binomial.js';
import { differenceInterval } from '../../../lib/analysis/statistics/intervals/difference-interval.js';
import { meanInterval } from '../../../lib/analysis/statistics/intervals/mean-interval.js';
import { mean } from '../../../lib/analysis/statistics/mean.js';
import { type RandomSource, randomSource } from '../../../lib/analysis/statistics/random.js';
import { type Alternative, signFlipTest } from '../../../lib/analysis/statistics/sign-flip.js';

const alternatives = fc.constantFrom<Alternative>('two-sided', 'greater', 'less');
const difference = fc.oneof(
  fc.constantFrom(-1, 0, 1),
  fc.constantFrom(0, 1),
  fc.integer({ min: -10, max: 10 }).map((value) => value / 10),
  fc.integer({ min: -(2 ** 20), max: 2 ** 20 }).map((value) => value / 2 ** 20),
);
const differences = fc.oneof(
  fc.array(difference, { minLength: 1, maxLength: 14 }),
  fc.array(difference, { minLength: 1, maxLength: 60 }),
);

type Ends = { readonly low: number; readonly high: number };

/** On the side that the test looks at. */
const isOutside = ({ low, high }: Ends, alternative: Alternative = 'two-sided'): boolean =>
  (alternative !== 'less' && low > 0) || (alternative !== 'greater' && high < 0);

describe('interval of a paired difference', () => {
  it('excludes 0 exactly if the test is at most alpha, in 10,000 random cases', () => {
    fc.assert(
      fc.property(
        differences,
        alternatives,
        fc.constantFrom(0.01, 0.05, 0.1, 0.3),
        fc.constantFrom(199, 499),
        (values, alternative, alpha, resamples) => {
          const test = signFlipTest(values, { alternative, resamples });
          const interval = differenceInterval(values, test, { alpha, resamples });
          if (interval === null) {
            expect(test.p).to.be.greaterThan(alpha);
            return;
          }
          expect(isOutside(interval, alternative), JSON.stringify(interval)).to.equal(test.p <= alpha);
          expect(interval.low).to.be.at.most(interval.high);
        },
      ),
      { numRuns: 10_000, seed: 7 },
    );
  });

  it('is the set of shifts that the exact test does not reject', () => {
    const number = fc.integer({ min: -(2 ** 20), max: 2 ** 20 }).map((value) => value / 2 ** 20);
    fc.assert(
      fc.property(fc.array(number, { minLength: 6, maxLength: 11 }), alternatives, (values, alternative) => {
        const interval = differenceInterval(values, signFlipTest(values, { alternative }));
        if (interval === null) throw new Error('no interval');
        expect(interval.resamples).to.equal(null);
        const pAt = (shift: number): number =>
          signFlipTest(
            values.map((d) => d - shift),
            { alternative },
          ).p;
        const step = 1e-7;
        if (alternative !== 'less') {
          expect(pAt(interval.low + step)).to.be.greaterThan(0.05);
          if (interval.low !== 0) expect(pAt(interval.low - step)).to.be.at.most(0.05);
        }
        if (alternative !== 'greater') {
          expect(pAt(interval.high - step)).to.be.greaterThan(0.05);
          if (interval.high !== 0) expect(pAt(interval.high + step)).to.be.at.most(0.05);
        }
      }),
      { numRuns: 300, seed: 3 },
    );
  });

  it('is absent while no result could be clear, and the word says so', () => {
    const pairs = (n: number) => ({ before: Array(n).fill(0), after: Array(n).fill(1), unpaired: 0, unscored: 0 });
    expect(comparePairs(pairs(5))).to.include({ interval: null, word: 'too few examples' });
    expect(comparePairs(pairs(6))).to.deep.include({ word: 'clear' });
    expect(comparePairs(pairs(6)).interval).to.deep.include({ low: 1, high: 1, method: 'sign-flip' });
  });

  it('agrees with the word also among several candidates', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(difference, { minLength: 12, maxLength: 12 }), { minLength: 1, maxLength: 6 }),
        (all) => {
          const full = new FullScores('seed', { resamples: 499 });
          const examples = (scores: readonly number[]) =>
            scores.map((score, index) => ({ exampleId: String(index), index, score }));
          full.add({ candidateId: 'seed', trialId: 's', examples: examples(Array(12).fill(0)), score: 0 });
          for (const [i, scores] of all.entries()) {
            full.add({ candidateId: `c${i}`, trialId: `t${i}`, examples: examples(scores), score: mean(scores) });
          }
          const comparison = full.versusSeed();
          if (comparison === null) return;
          const { interval, word, p } = comparison;
          if (interval === null) expect(word).to.not.equal('clear');
          else expect(isOutside(interval)).to.equal(p <= 0.05);
        },
      ),
      { numRuns: 300, seed: 5 },
    );
  });
});

describe('interval of a mean', () => {
  it('is honest at the edges: 1 of 1 to 10 of 10', () => {
    for (let n = 1; n <= 10; n += 1) {
      const all = meanInterval(Array(n).fill(1));
      expect(all).to.include({ high: 1, method: 'exact', resamples: null });
      expect(all?.low).to.be.closeTo(0.025 ** (1 / n), 1e-12);
      expect(meanInterval(Array(n).fill(0))?.high).to.be.closeTo(1 - 0.025 ** (1 / n), 1e-12);
    }
    const equal = meanInterval(Array(20).fill(0.7));
    expect(equal?.low).to.be.lessThan(0.7);
    expect(equal?.high).to.be.greaterThan(0.7);
  });

  it('is the exact one where Gaffke’s applies to scores of 0 and 1', () => {
    // Scores next to 0 and 1 take the other method.
    for (const [ones, n] of [
      [3, 10],
      [19, 20],
      [40, 100],
    ] as const) {
      const [low, high] = binomialInterval(ones, n, 0.95);
      const scores = Array.from({ length: n }, (_, i) => (i < ones ? 1 - 1e-9 : 1e-9));
      const gaffke = meanInterval(scores);
      expect(gaffke?.method).to.equal('gaffke');
      expect(gaffke?.low).to.be.closeTo(low, 0.01);
      expect(gaffke?.high).to.be.closeTo(high, 0.01);
    }
  });

  it('says nothing of equal scores without bounds', () => {
    expect(meanInterval([5, 5, 5])).to.equal(null);
    expect(meanInterval([5])).to.equal(null);
    expect(meanInterval([])).to.equal(null);
    expect(meanInterval([3, 5, 9, 4])?.method).to.equal('bca');
  });

  it('contains the mean and stays within the bounds', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 }), (scores) => {
        const interval = meanInterval(scores, { resamples: 999 });
        const center = mean(scores) ?? 0;
        expect(interval?.low).to.be.within(0, center + 1e-9);
        expect(interval?.high).to.be.within(center - 1e-9, 1);
      }),
      { numRuns: 200, seed: 11 },
    );
  });
});

/** Kinds of scores, with their true mean. */
const POPULATIONS: Readonly<Record<string, { readonly mean: number; draw(random: RandomSource): number }>> = {
  'binary 0.5': { mean: 0.5, draw: (random) => random.below(2) },
  'binary 0.95': { mean: 0.95, draw: (random) => Number(random.below(100) < 95) },
  graded: { mean: 0.5, draw: (random) => random.below(11) / 10 },
  // Mostly full marks, sometimes far below: the square root of a uniform number, and one in ten is 0.
  skewed: {
    mean: 0.9 * (2 / 3),
    draw: (random) => (random.below(10) === 0 ? 0 : Math.sqrt(random.next() / 2 ** 32)),
  },
};
const SIZES = [5, 10, 20, 50, 200];
const RUNS = 1_000;

/** Share of samples whose interval holds the truth. */
function coverage(
  n: number,
  truth: number,
  intervalOf: (random: RandomSource) => { low: number; high: number } | null,
) {
  let [held, stated] = [0, 0];
  for (let run = 0; run < RUNS; run += 1) {
    const interval = intervalOf(randomSource(run * 1_000 + n));
    if (interval === null) continue;
    stated += 1;
    if (interval.low <= truth + 1e-12 && truth <= interval.high + 1e-12) held += 1;
  }
  return { share: stated === 0 ? 1 : held / stated, stated };
}

describe('coverage of the intervals, simulated', () => {
  const standardErrors = 3 * Math.sqrt((0.95 * 0.05) / RUNS);
  for (const [name, { mean: truth, draw }] of Object.entries(POPULATIONS)) {
    it(`is at least 95 % for means of ${name} scores`, () => {
      for (const n of SIZES) {
        const { share } = coverage(n, truth, (random) =>
          meanInterval(
            Array.from({ length: n }, () => draw(random)),
            { resamples: 199 },
          ),
        );
        expect(share, `n = ${n}`).to.be.at.least(0.95 - standardErrors);
      }
    }).timeout(60_000);

    it(`is at least 95 % for differences of ${name} scores`, () => {
      for (const n of SIZES) {
        const { share, stated } = coverage(n, 0, (random) => {
          const values = Array.from({ length: n }, () => draw(random) - draw(random));
          return differenceInterval(values, signFlipTest(values, { resamples: 199 }), { resamples: 199 });
        });
        expect(share, `n = ${n}`).to.be.at.least(0.95 - standardErrors);
        expect(stated, `n = ${n}`).to.equal(n < 6 ? 0 : RUNS);
      }
    }).timeout(60_000);
  }
});
