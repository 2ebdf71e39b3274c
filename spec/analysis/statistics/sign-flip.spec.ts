import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { type Alternative, signFlipTest, smallestP } from '../../../lib/analysis/statistics/sign-flip.js';
import { signFlipTail } from '../../../lib/analysis/statistics/sign-flip-exact.js';

const ALTERNATIVES: readonly Alternative[] = ['two-sided', 'greater', 'less'];

/** By the definition: every sign pattern, one after the other. */
function byHand(differences: readonly number[], alternative: Alternative): number {
  const sum = (signs: number): number => differences.reduce((all, d, i) => all + ((signs >> i) & 1 ? -d : d), 0);
  const observed = sum(0);
  const tie = 1e-9 * differences.reduce((all, d) => all + Math.abs(d), 0);
  let extreme = 0;
  for (let signs = 0; signs < 2 ** differences.length; signs += 1) {
    const value = sum(signs);
    if (alternative === 'greater' && value >= observed - tie) extreme += 1;
    if (alternative === 'less' && value <= observed + tie) extreme += 1;
    if (alternative === 'two-sided' && Math.abs(value) >= Math.abs(observed) - tie) extreme += 1;
  }
  return extreme / 2 ** differences.length;
}

const grid = fc.integer({ min: -12, max: 12 });
/** Any number, but none so near to another that it is a matter of rounding whether they are equal. */
const number = fc.integer({ min: -(2 ** 20), max: 2 ** 20 }).map((value) => value / 2 ** 20);
const few = fc.oneof(
  fc.array(
    grid.map((value) => value / 3),
    { maxLength: 9 },
  ),
  fc.array(
    grid.map((value) => value / 10),
    { maxLength: 9 },
  ),
  fc.array(number, { maxLength: 9 }),
);
const any = fc.oneof(few, fc.array(number, { maxLength: 60 }));

describe('paired sign-flip test', () => {
  it('is the share of all sign patterns that are at least as extreme', () => {
    fc.assert(
      fc.property(few, fc.constantFrom(...ALTERNATIVES), (differences, alternative) => {
        const test = signFlipTest(differences, { alternative });
        expect(test.method).to.equal('exact');
        expect(test.p).to.be.closeTo(byHand(differences, alternative), 1e-12);
      }),
    );
  });

  it('gives a p in (0, 1], the same for any order, either direction and any unit', () => {
    fc.assert(
      fc.property(any, fc.constantFrom(2, 8, 1024), (differences, unit) => {
        const { p, method } = signFlipTest(differences);
        expect(p).to.be.greaterThan(0).and.at.most(1);
        expect(p).to.be.at.least(Math.min(smallestP(differences.length), 1e-4));
        const mirrored = signFlipTest(differences.map((d) => -d));
        expect(mirrored.p).to.equal(p);
        if (method === 'monte-carlo') return;
        expect(signFlipTest([...differences].reverse()).p).to.be.closeTo(p, 1e-9);
        expect(signFlipTest(differences.map((d) => d * unit)).p).to.be.closeTo(p, 1e-9);
      }),
    );
  });

  it('has one-sided values that belong together', () => {
    fc.assert(
      fc.property(few, (differences) => {
        const [greater, less] = (['greater', 'less'] as const).map(
          (side) => signFlipTest(differences, { alternative: side }).p,
        );
        const mirrored = signFlipTest(
          differences.map((d) => -d),
          { alternative: 'less' },
        );
        expect(mirrored.p).to.equal(greater);
        expect((greater ?? 0) + (less ?? 0)).to.be.at.least(1 - 1e-12);
      }),
    );
  });

  it('says p = 1 for no example, and for equal scores however many', () => {
    for (const differences of [[], [0], Array<number>(500).fill(0)]) {
      const test = signFlipTest(differences);
      expect(test).to.deep.include({ p: 1, method: 'exact', n: differences.length, nonZero: 0, resamples: null });
    }
    expect(signFlipTest([0.4]).p).to.equal(1);
    expect(signFlipTest([0.4], { alternative: 'greater' }).p).to.equal(0.5);
  });

  it('is exact on scores of 0 and 1 with hundreds of examples, as McNemar is', () => {
    // Binomial tail of 12 or fewer in 50: 2 × P(X ≤ 12) = 0.000306…, by the sum of the coefficients.
    const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n, k - 1) * (n - k + 1)) / k);
    const tail = Array.from({ length: 13 }, (_, k) => choose(50, k)).reduce((a, b) => a + b, 0);
    const differences = [...Array(38).fill(1), ...Array(12).fill(-1), ...Array(450).fill(0)] as number[];
    const test = signFlipTest(differences);
    expect(test.method).to.equal('exact');
    expect(test.p).to.be.closeTo((2 * tail) / 2 ** 50, 1e-15);
  });

  it('takes thirds that rounding sets apart for equal', () => {
    // 1/3 + 1/3 and 2/3 cancel; in floating point 0.1 + 0.2 − 0.3 does not.
    const differences = [0.1, 0.2, -0.3];
    expect(signFlipTest(differences)).to.deep.include({ p: 1, method: 'exact' });
    expect(signFlipTest(differences, { alternative: 'less' }).p).to.equal(
      signFlipTest([1, 2, -3], { alternative: 'less' }).p,
    );
  });

  it('counts both ways alike: on the lattice, and by halves', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 24 }), (steps) => {
        const target = steps.reduce((sum, step, i) => sum + (i % 3 ? step : -step), 0);
        const lattice = signFlipTail(steps, Math.abs(target), 1e-9);
        // An irrational hair off the lattice that no tie notices.
        const halves = signFlipTail(
          steps.map((step, i) => step + 1e-7 * Math.sqrt(i + 2)),
          Math.abs(target),
          1e-4,
        );
        expect(lattice).to.be.closeTo(halves ?? Number.NaN, 1e-12);
      }),
    );
  });

  it('draws where not all can be counted: the same for the same seed, never 0, near the exact value', () => {
    const many = Array.from({ length: 200 }, (_, i) => Math.sin(i * i) + 0.15);
    const test = signFlipTest(many);
    expect(test).to.deep.include({ method: 'monte-carlo', resamples: 9_999, n: 200 });
    expect(signFlipTest(many)).to.deep.equal(test);
    expect(signFlipTest(many, { seed: 2 }).p).to.not.equal(test.p);
    const obvious = many.map((difference) => Math.abs(difference) + 1);
    expect(signFlipTest(obvious).p).to.equal(1 / 10_000);
    expect(signFlipTest(obvious, { resamples: 99 }).p).to.equal(1 / 100);
    // With whole numbers the same differences can be counted too.
    const whole = many.map((difference) => Math.round(difference * 20));
    const exact = signFlipTest(whole);
    expect(exact.method).to.equal('exact');
    const error = 4 * Math.sqrt((exact.p * (1 - exact.p)) / 9_999);
    expect(signFlipTest(whole.map((d, i) => d + 1e-6 * Math.sin(i))).p).to.be.closeTo(exact.p, error);
  });
});
