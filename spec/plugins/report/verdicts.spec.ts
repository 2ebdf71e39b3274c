import { expect } from 'chai';
import { describe, it } from 'mocha';
import { outcomeVerdict } from '../../../lib/analysis/statistics/index.js';
import { affordableVerdicts } from '../../../plugins/report/data/verdicts.js';
import { compile, run, scores, trial } from '../../analysis/statistics/histories.js';

describe('what the report says of a long run', function () {
  this.timeout(60_000);
  const uneven = (seed: number) => scores(60, (i) => ((i * 7 + seed * 13) % 11) / 10);
  const trials = Array.from({ length: 200 }, (_, i) => trial(i, i === 0 ? 'seed' : `c${i}`, 'full', uneven(i)));
  const long = run({ compiles: [compile()], trials });

  it('has the outcome’s numbers as the console has them, and trials with fewer resamples', () => {
    const { compiles } = affordableVerdicts(long, 'file');
    const { compileId, trials: intervals, decisions, ...outcome } = compiles[0] ?? expect.fail('no compile');
    expect(outcome).to.deep.equal(outcomeVerdict(compile(), trials));
    expect(intervals['t0']?.interval?.resamples).to.be.lessThan(9_999);
  });

  it('has fewer for all of it only on the live page of one that goes on', () => {
    const resamples = (status: 'running' | 'finished') =>
      affordableVerdicts({ ...long, status }, 'live').compiles[0]?.best?.interval?.resamples;
    expect(resamples('finished')).to.equal(9_999);
    expect(resamples('running')).to.be.lessThan(9_999);
  });
});
