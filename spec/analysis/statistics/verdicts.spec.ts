import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { compare } from '../../../lib/analysis/statistics/compare.js';
import { describeComparison, describeVersusSeed } from '../../../lib/analysis/statistics/sentence.js';
import { compileVerdicts, outcomeVerdict, verdicts as verdictsOf } from '../../../lib/analysis/statistics/verdicts.js';
import { wordOf } from '../../../lib/analysis/statistics/words.js';
import { candidate, compile, decided, evaluation, examplesOf, run, scores, trial } from './histories.js';

const example = (exampleId: string, index: number, score: number | null) => ({ exampleId, index, score });

describe('comparison of two candidates', () => {
  it('pairs by example, drops what has no score, and counts both', () => {
    const before = [example('a', 0, 1), example('b', 1, null), example('c', 2, 0), example('d', 3, 0.5)];
    const after = [example('d', 0, 1), example('a', 1, 0), example('b', 2, 1), example('e', 3, Number.NaN)];
    const comparison = compare(before, after);
    expect(comparison).to.deep.include({ pairs: 2, unpaired: 2, unscored: 2, wins: 1, losses: 1, ties: 0 });
    expect(comparison).to.deep.include({ before: 0.75, after: 0.5, difference: -0.25 });
  });

  it('pairs an example that is in a batch twice with its first and its second result', () => {
    const before = [example('a', 0, 0), example('a', 1, 1)];
    const after = [example('a', 5, 1), example('a', 2, 0), example('a', 9, 1)];
    expect(compare(before, after)).to.deep.include({ pairs: 2, unpaired: 1, difference: 0, ties: 2 });
  });

  it('is the same whatever the order of results, and turns round when the sides do', () => {
    const batch = fc.array(fc.record({ id: fc.nat(30), score: fc.option(fc.integer({ min: 0, max: 4 })) }));
    fc.assert(
      fc.property(batch, batch, (one, other) => {
        const of = (list: typeof one) => list.map(({ id, score }, index) => example(`x${id}`, index, score));
        const [before, after] = [of(one), of(other)];
        const options = { resamples: 199 };
        const comparison = compare(before, after, options);
        expect(compare([...before].reverse(), [...after].reverse(), options)).to.deep.equal(comparison);
        const turned = compare(after, before, options);
        expect(turned.p).to.equal(comparison.p);
        expect(turned).to.deep.include({ wins: comparison.losses, losses: comparison.wins, pairs: comparison.pairs });
        expect(comparison.wins + comparison.losses + comparison.ties).to.equal(comparison.pairs);
      }),
    );
  });

  it('says that nothing can be said without a pair', () => {
    const comparison = compare([example('a', 0, 1)], [example('b', 0, 1)]);
    const nothing = { pairs: 0, before: null, after: null, difference: null, interval: null, p: 1 };
    expect(comparison).to.deep.include({ ...nothing, word: 'too few examples', unpaired: 2 });
    expect(describeComparison(comparison)).to.equal('no example in common: too few examples');
  });

  it('finds the word by the smallest p that so many examples can reach', () => {
    const word = (pairs: number, p: number, comparisons = 1) => wordOf({ p, pairs, comparisons });
    expect(word(5, 0.0625)).to.equal('too few examples');
    expect(word(6, 0.03125)).to.equal('clear');
    expect(word(6, 0.0625)).to.equal('within noise');
    expect(word(6, 0.0625, 2)).to.equal('too few examples');
    expect(word(7, 0.03125, 2)).to.equal('clear');
    expect(wordOf({ p: 0.05, pairs: 100 })).to.equal('clear');
    expect(wordOf({ p: 0.02, pairs: 100, alpha: 0.01 })).to.equal('within noise');
    expect(wordOf({ p: 0.03125, pairs: 5, alternative: 'greater' })).to.equal('clear');
    expect(compare(examplesOf(scores(200, 0.5)), examplesOf(scores(200, 0.5)))).to.deep.include({
      p: 1,
      word: 'within noise',
    });
  });

  it('is told in a line', () => {
    const zeros = examplesOf(scores(12, 0));
    const told = (wins: number) =>
      describeComparison(compare(zeros, examplesOf(scores(12, (i) => (i < wins ? 1 : 0)))));
    expect(told(11)).to.match(/^\+0\.917 \(95 % interval 0\.\d+ … 1\), p = 0\.00098, 12 examples: clear$/);
    expect(told(0)).to.equal('0 (95 % interval 0 … 0), p = 1, 12 examples: within noise');
    expect(told(4)).to.match(/^\+0\.333 .*p = 0\.13, 12 examples: within noise$/);
    const one = describeComparison(compare(examplesOf({ x0: 0.5 }), examplesOf({ x0: 0.25 })));
    expect(one).to.equal('-0.25, p = 1, 1 example: too few examples');
  });
});

describe('verdicts of a compile', () => {
  const third = (i: number): number => (i % 3 === 0 ? 1 : 0);

  it('counts means anew, with intervals, and leaves full, minibatch and holdout apart', () => {
    const trials = [
      trial(0, 'seed', 'full', scores(30, third), { score: 0.99 }),
      trial(1, 'a', 'minibatch', { x0: 1, x1: null }),
      trial(2, 'a', 'holdout', scores(4, 1, 100)),
    ];
    const verdicts = compileVerdicts(compile(), trials);
    expect(verdicts.trials['t0']?.mean).to.equal(10 / 30);
    expect(verdicts.trials['t0']?.interval?.low)
      .to.be.greaterThan(0)
      .and.lessThan(1 / 3);
    expect(verdicts.trials['t1']).to.deep.include({ mean: 1, scored: 1, unscored: 1 });
    expect(verdicts.trials['t1']?.interval).to.include({ high: 1, method: 'exact' });
    expect(verdicts.trials['t1']?.interval?.low).to.be.closeTo(0.025, 1e-12);
    expect(verdicts.best).to.deep.include({ candidateId: 'seed', trialId: 't0', score: 10 / 30 });
    expect(verdicts).to.deep.include({ seedIsBest: true, candidates: 0, versusSeed: null });
  });

  it('calls best the highest mean of a finished full evaluation, the earliest of equal ones', () => {
    const trials = [
      trial(0, 'seed', 'full', scores(10, 0.5)),
      trial(1, 'lucky', 'minibatch', scores(3, 1)),
      trial(2, 'a', 'full', scores(10, 0.75)),
      trial(3, 'b', 'full', scores(10, 0.75)),
      trial(4, 'c', 'full', scores(5, 1), { status: 'failed' }),
      trial(5, 'other', 'full', scores(10, 1), { compileId: 'c1' }),
    ];
    const best = { candidate: candidate('b'), score: 0.75, format: 'state', program: {} };
    const verdicts = compileVerdicts(compile({ best }), trials);
    expect(verdicts.best).to.deep.include({ candidateId: 'a', trialId: 't2', score: 0.75 });
    expect(verdicts.candidates).to.equal(2);
    expect(verdicts.returnedBest, 'it scored as much').to.equal(true);
    const returning = (id: string) => compileVerdicts(compile({ best: { ...best, candidate: candidate(id) } }), trials);
    expect(returning('seed').returnedBest).to.equal(false);
    expect(returning('lucky').returnedBest, 'it has no full score').to.equal(null);
    expect(compileVerdicts(compile(), trials).returnedBest).to.equal(null);
  });

  it('adjusts the p of the best for all candidates that were compared with the seed', () => {
    const better = (wins: number) => scores(40, (i) => (i < wins ? 1 : third(i)));
    const one = [trial(0, 'seed', 'full', scores(40, third)), trial(1, 'a', 'full', better(12))];
    const alone = compileVerdicts(compile(), one).versusSeed;
    expect(alone).to.deep.include({ word: 'clear', comparisons: 1, seedTrialId: 't0', bestTrialId: 't1', wins: 8 });
    expect(alone?.p)
      .to.equal(alone?.test.p)
      .and.equal(2 ** -7);
    const many = [...one, ...Array.from({ length: 9 }, (_, i) => trial(i + 2, `c${i}`, 'full', better(3)))];
    const among = compileVerdicts(compile(), many);
    expect(among.versusSeed).to.deep.include({ word: 'within noise', comparisons: 10 });
    expect(among.versusSeed?.p).to.be.closeTo(10 * 2 ** -7, 1e-12);
    expect(among.versusSeed?.test.p).to.equal(2 ** -7);
    expect(describeVersusSeed(among)).to.contain('of 10 candidates').and.contain('within noise');
  });

  it('says that no candidate beat the seed', () => {
    const trials = [trial(0, 'seed', 'full', scores(9, 1)), trial(1, 'a', 'full', scores(9, 0.5))];
    const verdicts = compileVerdicts(compile(), trials);
    expect(verdicts).to.deep.include({ seedIsBest: true, versusSeed: null });
    expect(describeVersusSeed(verdicts)).to.equal('none of 1 candidate has a higher full score than the seed');
  });

  it('tests each decision on the minibatch of both, and on the full evaluations where both have one', () => {
    const trials = [
      trial(0, 'seed', 'full', scores(8, 0)),
      trial(1, 'seed', 'minibatch', scores(3, 1, 5)),
      trial(2, 'seed', 'minibatch', scores(3, 0)),
      trial(3, 'a', 'minibatch', scores(3, 1)),
      trial(4, 'a', 'full', scores(8, 1)),
      trial(5, 'b', 'minibatch', scores(3, 0)),
    ];
    const candidates = [decided('b', ['a'], false, 't5', 2), decided('a', ['seed'], true, 't3', 1)];
    const { decisions } = compileVerdicts(compile({ candidates }), trials);
    expect(decisions.map(({ candidateId, comparisons }) => [candidateId, comparisons.length])).to.deep.equal([
      ['a', 2],
      ['b', 1],
    ]);
    const [mini, full] = decisions[0]?.comparisons ?? [];
    expect(mini).to.deep.include({ scope: 'minibatch', parentTrialId: 't2', trialId: 't3', pairs: 3, difference: 1 });
    expect(mini?.word).to.equal('too few examples');
    expect(full).to.deep.include({ scope: 'full', parentTrialId: 't0', trialId: 't4', pairs: 8, word: 'clear' });
  });

  it('compares a merge with both of its parents', () => {
    const trials = [
      trial(0, 'a', 'full', scores(6, 0)),
      trial(1, 'b', 'full', scores(6, 1)),
      trial(2, 'ab', 'full', scores(6, 1)),
    ];
    const { decisions } = compileVerdicts(compile({ candidates: [decided('ab', ['a', 'b'], true, 't2')] }), trials);
    expect(decisions[0]?.comparisons.map(({ parentId, difference }) => [parentId, difference])).to.deep.equal([
      ['a', 1],
      ['b', 0],
    ]);
  });

  it('holds the best against the seed on examples that the search never saw', () => {
    const trials = [trial(0, 'seed', 'full', scores(8, 0)), trial(1, 'a', 'full', scores(8, 1))];
    const seen = evaluation('e0', candidate('a'), scores(8, 1));
    const valset = evaluation('e1', candidate('a'), scores(8, 1, 50), 'valset');
    const fresh = evaluation('e2', candidate('a'), scores(20, 1, 100));
    const ofSeed = evaluation(
      'e3',
      candidate('seed'),
      scores(20, (i) => (i % 2 ? 1 : 0), 100),
    );
    const holdout = (...evaluations: (typeof seen)[]) => compileVerdicts(compile(), trials, evaluations).holdout;
    expect(holdout(seen, valset)).to.equal(null);
    expect(holdout(seen, fresh)).to.deep.include({ sourceId: 'e2', mean: 1, versusSeed: null });
    const both = holdout(seen, fresh, ofSeed);
    expect(both?.versusSeed).to.deep.include({ pairs: 20, difference: 0.5, comparisons: 1, word: 'clear' });
  });

  it('takes no evaluation for holdout that has an example of the training or validation set, tried or not', () => {
    const trials = [trial(0, 'seed', 'full', scores(8, 0)), trial(1, 'a', 'full', scores(8, 1))];
    const given = compile({ trainset: { size: 1, digest: 'trainset', fields: ['id'], examples: [{ id: 'x120' }] } });
    const part = evaluation('e0', candidate('a'), scores(21, 1, 100));
    const fresh = evaluation('e1', candidate('a'), scores(20, 1, 100));
    expect(compileVerdicts(given, trials, [part]).holdout).to.equal(null);
    expect(compileVerdicts(given, trials, [part, fresh]).holdout).to.include({ sourceId: 'e1' });
  });

  it('says of the outcome alone what it says of it among all', () => {
    const trials = [trial(0, 'seed', 'full', scores(8, 0)), trial(1, 'a', 'full', scores(8, 1))];
    const fresh = evaluation('e0', candidate('a'), scores(20, 1, 100));
    const { compileId, trials: _, decisions, ...outcome } = compileVerdicts(compile(), trials, [fresh]);
    expect(outcomeVerdict(compile(), trials, [fresh])).to.deep.equal(outcome);
    expect(Object.keys(outcome)).to.include.members(['best', 'versusSeed', 'holdout', 'returnedBest']);
  });

  it('covers a whole run', () => {
    const whole = run({
      compiles: [compile()],
      trials: [trial(0, 'seed', 'full', scores(3, 1))],
      evaluations: [evaluation('e0', null, scores(2, 0.5))],
    });
    const verdicts = verdictsOf(whole);
    expect(verdicts.compiles.map(({ compileId }) => compileId)).to.deep.equal(['c0']);
    expect(verdicts.evaluations['e0']).to.deep.include({ mean: 0.5, scored: 2 });
    expect(JSON.parse(JSON.stringify(verdicts))).to.deep.equal(verdicts);
  });
});
