import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { tracker } from '../../lib/track/tracker.js';
import { startTracking, type Tracking } from '../fixtures/tracking.js';

const val = [{ q: 'a' }, { q: 'b' }, { q: 'c' }];
const train = [...val, { q: 'd' }, { q: 'e' }];

function state(text: string): { texts: Record<string, string> } {
  return { texts: { 'root::instruction': text } };
}

describe('what runs inside something else', () => {
  let tracking: Tracking;

  beforeEach(() => {
    tracking = startTracking();
  });

  afterEach(() => tracking.stop());

  it('an evaluation inside a trial is that trial', async () => {
    const compile = tracker.startCompile({ optimizer: 'O', method: 'compile', trainset: train, valset: val });
    const trial = compile.startTrial({ candidate: state('x') });
    trial.within(() => {
      const inner = tracker.startEvaluation({ batch: val });
      for (const [index, example] of val.entries()) inner.example({ index, example, score: index });
      inner.end({ status: 'finished', score: 1 });
    });
    for (const [index, example] of val.entries()) trial.example({ index, example, score: index });
    trial.end({ status: 'finished' });
    compile.end({ status: 'finished' });
    await tracking.seen.settled();
    expect(tracking.seen.of('onExampleEnd')).to.have.length(3);
    expect(tracking.seen.of('onTrialEnd').map(({ data }) => data.name)).to.deep.equal(['eval_full_0']);
  });

  it('an optimizer inside an optimizer is a phase of the outer run', async () => {
    const outer = tracker.startCompile({ optimizer: 'Outer', method: 'compile' });
    const inner = outer.within(() => tracker.startCompile({ optimizer: 'Inner', method: 'compile' }));
    inner.within(() => {
      const trial = inner.startTrial({ scope: 'full' });
      trial.within(() =>
        tracker.lmCall({
          operation: 'chat',
          provider: 'mock',
          model: 'm',
          tokens: { prompt: 3, completion: 2, total: 5 },
        }),
      );
      trial.end({ status: 'finished' });
    });
    inner.end({ status: 'finished' });
    outer.end({ status: 'finished' });
    await tracking.seen.settled();
    expect(tracking.seen.of('onRunStart')).to.have.length(1);
    const [first, second] = tracking.seen.of('onCompileStart');
    expect(second?.data.parentCompileId).to.equal(first?.compileId);
    expect(tracking.seen.of('onTrialEnd')[0]?.data.tokens).to.deep.equal({
      task: { calls: 1, prompt: 3, completion: 2, total: 5 },
    });
    expect(tracking.seen.of('onCompileEnd').map(({ data }) => data.tokens.task?.total)).to.deep.equal([5, 5]);
  });

  it('each start has exactly one end: what a failed compile leaves open is cancelled, a second end is nothing', async () => {
    const error = new Error('boom');
    const compile = tracker.startCompile({ optimizer: 'O', method: 'compile' });
    const trial = compile.startTrial({ scope: 'full' });
    compile.end({ status: 'failed', error });
    trial.end({ status: 'finished' });
    compile.end({ status: 'finished' });
    await tracking.seen.settled();
    expect(tracking.seen.of('onTrialEnd').map(({ data }) => data.status)).to.deep.equal(['cancelled']);
    expect(tracking.seen.of('onCompileEnd').map(({ data }) => [data.status, data.error?.message])).to.deep.equal([
      ['failed', 'boom'],
    ]);
    expect(tracking.seen.of('onRunEnd').map(({ data }) => data.status)).to.deep.equal(['failed']);
  });

  it('a run that is asked to end while a compile goes on ends after it', async () => {
    const run = tracker.startRun({ kind: 'user', name: 'r' });
    const compile = run.within(() => tracker.startCompile({ optimizer: 'O', method: 'compile' }));
    run.end({ status: 'failed', error: new Error('the race was lost') });
    compile.startTrial({ scope: 'full' }).end({ status: 'finished' });
    compile.end({ status: 'finished' });
    await tracking.seen.settled();
    expect(tracking.seen.events.map(({ type }) => type).slice(-3)).to.deep.equal([
      'onTrialEnd',
      'onCompileEnd',
      'onRunEnd',
    ]);
    expect(tracking.seen.of('onRunEnd')[0]?.data).to.include({ status: 'failed' });
  });
});
