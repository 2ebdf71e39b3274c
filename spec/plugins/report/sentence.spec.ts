import { expect } from 'chai';
import { describe, it } from 'mocha';
import { runPage } from '../../../plugins/report/data/run.js';
import { candidate, compile, run, type Scores, scores, trial } from '../../analysis/statistics/histories.js';

/** The sentence on a search whose seed and only candidate have these scores in full evaluations. */
function told(seed: Scores, other: Scores): string {
  const found = { candidate: candidate('a', ['seed']), by: null, changed: [], evidence: null, time: 0 };
  const candidates = [
    { ...found, candidate: candidate('seed'), trialIds: [], decision: null },
    { ...found, trialIds: [], decision: null },
  ];
  const trials = [
    trial(0, 'seed', 'full', seed, { score: meanOf(seed) }),
    trial(1, 'a', 'full', other, { score: meanOf(other) }),
  ];
  return runPage(run({ compiles: [compile({ candidates })], trials }), 'file').sentence;
}

function meanOf(scored: Scores): number {
  const known = Object.values(scored).filter((score) => score !== null);
  return known.reduce((sum, score) => sum + score, 0) / known.length;
}

describe('the sentence on top of a report', () => {
  it('says how far the score rose, and what that is worth', () => {
    expect(told(scores(20, 0), scores(20, 1))).to.include(
      'raised the score from 0 to 1 on 20 examples, a clear improvement,',
    );
    expect(told(scores(3, 0), scores(3, 1))).to.include('on 3 examples, too few to tell it from chance,');
    expect(told(scores(20, 0), { ...scores(20, 0), x1: 1 })).to.include('on 20 examples, which is within noise,');
  });

  it('says that nothing was found where no full score is higher', () => {
    expect(told(scores(5, 1), scores(5, 1))).to.include('found nothing better than the seed’s 1,');
    expect(told(scores(5, 0.5), scores(5, 0.25))).to.include('found nothing better than the seed’s 0.50,');
  });

  it('does not call a mean of fewer examples an improvement that was worse on those that both have', () => {
    const hard = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`x${i + 20}`, null]));
    const easier = { ...scores(20, (i) => (i < 14 ? 1 : 0)), ...hard };
    const sentence = told({ ...scores(20, 1), ...scores(40, 0, 20) }, easier);
    expect(sentence).to.include('raised the score from 0.333 to 0.70, but scored 0.30 lower than the seed');
    expect(sentence).to.include('on the 20 examples that both have a score on');
    expect(sentence).to.not.include('improvement');
  });

  it('tells what was compared where not all examples have a score on both sides', () => {
    const sentence = told(scores(20, 0), scores(10, 1));
    expect(sentence).to.include('from 0 to 1; on the 10 examples that both have a score on, by 1, a clear improvement');
  });
});
