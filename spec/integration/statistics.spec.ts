import { spawnSync } from 'node:child_process';
import {
  type Alternative,
  bootstrapInterval,
  differenceInterval,
  holm,
  meanInterval,
  signFlipTest,
} from 'ax-autolog/analysis';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { normalCdf, normalQuantile } from '../../lib/analysis/statistics/normal.js';
import { type RandomSource, randomSource } from '../../lib/analysis/statistics/random.js';
import { cleanEnvironment, python, pythonScript } from './support/environment.js';

const CASES = 200;
const TOLERANCE = 1e-9;
const CONFIDENCES = [0.9, 0.95, 0.99];

/** Scores of every sort that metrics give, in whole units: SciPy does not know thirds or tenths that rounding sets apart. */
const KINDS: readonly { readonly unit: number; readonly score: (random: RandomSource) => number }[] = [
  { unit: 1, score: (random) => random.below(2) },
  { unit: 10, score: (random) => random.below(11) },
  { unit: 3, score: (random) => random.below(4) },
  { unit: 2 ** 20, score: (random) => random.below(2 ** 20) },
  { unit: 1, score: (random) => (random.below(2 ** 21) - 2 ** 20) * 2 ** random.below(10) },
  { unit: 10, score: () => 7 },
];

interface Sample {
  readonly unit: number;
  /** In units. */
  readonly scores: readonly number[];
}

function draw(random: RandomSource, n: number, kind: number): Sample {
  const { unit, score } = KINDS[kind % KINDS.length] as (typeof KINDS)[number];
  return { unit, scores: Array.from({ length: n }, () => score(random)) };
}

/** The scores as a metric would give them. */
const inOnes = ({ unit, scores }: Sample): number[] => scores.map((score) => score / unit);

const each = <T>(make: (random: RandomSource, index: number) => T): T[] =>
  Array.from({ length: CASES }, (_, index) => make(randomSource(index), index));

const permutation = each((random, index) => {
  const n = 2 + random.below(11);
  const [before, after] = [draw(random, n, index), draw(random, n, index)];
  return { own: { before: inOnes(before), after: inOnes(after) }, before: before.scores, after: after.scores };
});
const mcnemar = each((random) => [random.below(200), random.below(200)] as const);
const bootstrap = each((random, index) => {
  const sample = draw(random, 2 + random.below(30), index);
  const { scores: values, unit } = sample;
  const resamples = 399;
  const source = randomSource(index);
  const indices = Array.from({ length: resamples * values.length }, () => source.below(values.length));
  return { own: inOnes(sample), unit, values, resamples, indices, confidence: CONFIDENCES[index % 3] as number };
});
/** Scores strictly between 0 and 1, so that they take Gaffke's interval. */
const bounded = each((random, index) => {
  const values = Array.from({ length: 1 + random.below(30) }, () => (1 + random.below(99)) / 100);
  const resamples = 399;
  const source = randomSource(index);
  const numbers = Array.from({ length: resamples * (values.length + 1) }, () => source.next());
  return { values, resamples, numbers, confidence: CONFIDENCES[index % 2] as number };
});
const proportions = each((random, index) => {
  const n = 1 + random.below(index % 10 === 0 ? 5_000 : 60);
  return [random.below(n + 1), n, CONFIDENCES[index % 3] as number] as const;
});
const STEP = 1e-6;
const inverted = each((random) => {
  const differences = Array.from({ length: 6 + random.below(6) }, () => random.below(2 ** 20) / 2 ** 20 - 0.4);
  const { low, high } = differenceInterval(differences, signFlipTest(differences)) ?? { low: 0, high: 0 };
  return { differences, shifts: [low + STEP, high - STEP, low - STEP, high + STEP] };
});
const cdf = each((random) => (random.next() / 2 ** 32 - 0.5) * 20);
const quantile = each((random, index) => (index % 2 ? random.next() / 2 ** 32 : 10 ** -(random.below(3_000) / 10)));
const adjustment = each((random) => inOnes(draw(random, 1 + random.below(20), 3)));

interface Answers {
  readonly permutation: readonly Readonly<Record<Alternative, number>>[];
  readonly mcnemar: readonly number[];
  readonly bootstrap: readonly Readonly<Record<'BCa' | 'percentile', readonly [number, number] | null>>[];
  readonly gaffke: readonly (readonly [number, number])[];
  readonly proportion: readonly (readonly [number, number])[];
  readonly inverted: readonly (readonly [number, number, number, number])[];
  readonly cdf: readonly number[];
  readonly quantile: readonly number[];
  readonly holm: readonly (readonly number[])[];
}

function askSciPy(): Answers {
  const result = spawnSync(python(), [pythonScript('statistics_reference.py')], {
    input: JSON.stringify({
      ...{ permutation, mcnemar, bootstrap, cdf, quantile, inverted },
      ...{ holm: adjustment, gaffke: bounded, proportion: proportions },
    }),
    encoding: 'utf8',
    env: cleanEnvironment(),
    maxBuffer: 2 ** 26,
  });
  if (result.status !== 0) throw new Error(result.stderr || result.error?.message);
  return JSON.parse(result.stdout) as Answers;
}

function expectClose(own: number, other: number | undefined, what: string): void {
  expect(own, what).to.be.closeTo(other ?? Number.NaN, TOLERANCE * Math.max(1, Math.abs(other ?? 0)));
}

describe('statistics against SciPy', function () {
  this.timeout(180_000);
  let answers: Answers;

  before(() => {
    answers = askSciPy();
  });

  it('agree on the exact paired permutation test, on either side and both', () => {
    for (const [
      i,
      {
        own: { before, after },
      },
    ] of permutation.entries()) {
      const differences = after.map((score, j) => score - (before[j] ?? 0));
      for (const alternative of ['two-sided', 'greater', 'less'] as const) {
        const test = signFlipTest(differences, { alternative });
        expect(test.method).to.equal('exact');
        expectClose(test.p, answers.permutation[i]?.[alternative], `case ${i}, ${alternative}`);
      }
    }
  });

  it("give McNemar's exact test, which is the binomial one, for scores of 0 and 1, with hundreds of examples", () => {
    for (const [i, [wins, losses]] of mcnemar.entries()) {
      const differences = [...Array(wins).fill(1), ...Array(losses).fill(-1), ...Array(i).fill(0)] as number[];
      const { p, method } = signFlipTest(differences);
      expect(method).to.equal('exact');
      expectClose(p, answers.mcnemar[i], `${wins} wins, ${losses} losses`);
    }
  });

  it('agree on BCa and percentile intervals from the same resamples, and on where BCa is not defined', () => {
    let undefinedBCa = 0;
    for (const [i, { own: values, unit, resamples, confidence }] of bootstrap.entries()) {
      const options = { resamples, confidence, seed: i };
      const percentile = bootstrapInterval(values, { ...options, method: 'percentile' });
      const bca = bootstrapInterval(values, options);
      const answer = answers.bootstrap[i];
      for (const [own, other] of [
        [percentile, answer?.percentile] as const,
        [bca, answer?.BCa ?? answer?.percentile] as const,
      ]) {
        expectClose((own?.low ?? Number.NaN) * unit, other?.[0], `case ${i}, low`);
        expectClose((own?.high ?? Number.NaN) * unit, other?.[1], `case ${i}, high`);
      }
      expect(bca?.method, `case ${i}`).to.equal(answer?.BCa ? 'bca' : 'percentile');
      if (!answer?.BCa) undefinedBCa += 1;
    }
    expect(undefinedBCa).to.be.greaterThan(0);
    expect(undefinedBCa).to.be.lessThan(CASES / 2);
  });

  it('agree on the exact interval of a proportion', () => {
    for (const [i, [successes, n, confidence]] of proportions.entries()) {
      const scores = Array.from({ length: n }, (_, index) => Number(index < successes));
      const own = meanInterval(scores, { confidence });
      expect(own?.method).to.equal('exact');
      expectClose(own?.low ?? Number.NaN, answers.proportion[i]?.[0], `${successes} of ${n}, low`);
      expectClose(own?.high ?? Number.NaN, answers.proportion[i]?.[1], `${successes} of ${n}, high`);
    }
  });

  it("agree on Gaffke's interval from the same random numbers", () => {
    for (const [i, { values, resamples, confidence }] of bounded.entries()) {
      const own = meanInterval(values, { resamples, confidence, seed: i });
      expect(own?.method).to.equal('gaffke');
      expectClose(own?.low ?? Number.NaN, answers.gaffke[i]?.[0], `case ${i}, low`);
      expectClose(own?.high ?? Number.NaN, answers.gaffke[i]?.[1], `case ${i}, high`);
    }
  });

  it('end the interval of a difference where the permutation test begins to reject', () => {
    for (const [i, p] of answers.inverted.entries()) {
      const [insideLow, insideHigh, outsideLow, outsideHigh] = p;
      expect(Math.min(insideLow, insideHigh), `case ${i}, inside`).to.be.greaterThan(0.05);
      expect(Math.max(outsideLow, outsideHigh), `case ${i}, outside`).to.be.at.most(0.05);
    }
  });

  it('agree on the normal distribution and its quantiles, also far out', () => {
    for (const [i, x] of cdf.entries()) expectClose(normalCdf(x), answers.cdf[i], `cdf of ${x}`);
    for (const [i, p] of quantile.entries()) expectClose(normalQuantile(p), answers.quantile[i], `quantile of ${p}`);
  });

  it("agree on Holm's correction", () => {
    for (const [i, pValues] of adjustment.entries()) {
      for (const [j, p] of holm(pValues).entries()) expectClose(p, answers.holm[i]?.[j], `case ${i}, ${j}`);
    }
  });
});
