import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { tracker } from '../../lib/track/tracker.js';
import { startTracking, type Tracking } from '../fixtures/tracking.js';

const val = [{ q: 'a' }, { q: 'b' }, { q: 'c' }];
const train = [...val, { q: 'd' }, { q: 'e' }];

describe('scope of a trial whose optimizer is not known', () => {
  let tracking: Tracking;

  beforeEach(() => {
    tracking = startTracking();
  });

  afterEach(() => tracking.stop());

  const cases = [
    { what: 'the whole validation set', batch: val, scope: 'full', of: 3 },
    { what: 'the validation set in another order', batch: [...val].reverse(), scope: 'full', of: 3 },
    { what: 'copies of the validation set', batch: structuredClone(val), scope: 'full', of: 3 },
    { what: 'copies with their keys in another order', batch: val.map(({ q }) => ({ q })), scope: 'full', of: 3 },
    { what: 'part of the validation set', batch: val.slice(1), scope: 'minibatch', of: 3 },
    { what: 'part of the training set', batch: train.slice(2, 5), scope: 'minibatch', of: 5 },
    { what: 'something else', batch: [{ q: 'z' }], scope: 'holdout', of: null },
    { what: 'known examples and another', batch: [...val, { q: 'z' }], scope: 'holdout', of: null },
  ] as const;
  for (const { what, batch, scope, of } of cases) {
    it(`${what}: ${scope}`, async () => {
      const compile = tracker.startCompile({ optimizer: 'O', method: 'compile', trainset: train, valset: val });
      compile.startTrial({ batch }).end({ status: 'finished' });
      compile.end({ status: 'finished' });
      await tracking.seen.settled();
      const [start] = tracking.seen.of('onTrialStart');
      expect(start?.data).to.include({ scope, of, n: batch.length, key: scope, step: 0, name: `eval_${scope}_0` });
    });
  }

  it('without a validation set the training set is the reference', async () => {
    const compile = tracker.startCompile({ optimizer: 'O', method: 'compile', trainset: train });
    compile.startTrial({ batch: train }).end({ status: 'finished' });
    compile.startTrial({ batch: train.slice(1) }).end({ status: 'finished' });
    compile.end({ status: 'finished' });
    await tracking.seen.settled();
    expect(tracking.seen.of('onTrialStart').map(({ data }) => data.scope)).to.deep.equal(['full', 'minibatch']);
  });

  it('a batch that nobody announced is recognised by the examples that were seen, and marked as derived', async () => {
    const compile = tracker.startCompile({ optimizer: 'O', method: 'compile', trainset: train, valset: val });
    const trial = compile.startTrial({});
    for (const example of val) trial.example({ example, score: 1 });
    trial.end({ status: 'finished' });
    compile.end({ status: 'finished' });
    await tracking.seen.settled();
    expect(tracking.seen.of('onTrialStart')[0]?.data).to.include({ scope: null, name: null, n: null });
    expect(tracking.seen.of('onTrialEnd')[0]?.data).to.include({ scope: 'full', name: 'eval_full_0', n: 3, of: 3 });
    expect(tracking.seen.of('onTrialEnd')[0]?.derived).to.deep.equal(['scope']);
  });

  it('a trial of which no example was ever seen has no scope, and never sets the best', async () => {
    const compile = tracker.startCompile({ optimizer: 'O', method: 'compile', trainset: train, valset: val });
    compile.startTrial({ candidate: { texts: { a: 'b' } } }).end({ status: 'finished', score: 0.7 });
    compile.end({ status: 'finished' });
    await tracking.seen.settled();
    const [end] = tracking.seen.of('onTrialEnd');
    expect(end?.data).to.include({ scope: null, key: 'eval', name: 'eval_0', n: null, score: 0.7 });
    expect(end?.derived).to.deep.equal(['scope']);
    expect(tracking.seen.of('onBestChanged')).to.deep.equal([]);
  });
});
