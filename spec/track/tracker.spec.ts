import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { tracker } from '../../lib/track/tracker.js';
import { startTracking, type Tracking } from '../fixtures/tracking.js';

const val = [{ q: 'a' }, { q: 'b' }, { q: 'c' }];
const train = [...val, { q: 'd' }, { q: 'e' }];

function state(text: string): { texts: Record<string, string> } {
  return { texts: { 'root::instruction': text } };
}

describe('tracker', () => {
  let tracking: Tracking;

  beforeEach(() => {
    tracking = startTracking();
  });

  afterEach(() => tracking.stop());

  it('a compile outside a run gets a run of its own that ends with it, in this order', async () => {
    const compile = tracker.startCompile({ optimizer: 'MyOptimizer', method: 'compile', trainset: train, valset: val });
    const trial = compile.startTrial({ candidate: state('x'), batch: val });
    for (const [index, example] of val.entries()) trial.example({ index, example, prediction: { a: 1 }, score: index });
    trial.end({ status: 'finished' });
    compile.end({ status: 'finished' });
    await tracking.seen.settled();
    expect(tracking.seen.events.map(({ type }) => type)).to.deep.equal([
      'onRunStart',
      'onCompileStart',
      'onTrialStart',
      'onExampleEnd',
      'onExampleEnd',
      'onExampleEnd',
      'onTrialEnd',
      'onBestChanged',
      'onCompileEnd',
      'onRunEnd',
    ]);
    expect(new Set(tracking.seen.events.map(({ runId }) => runId)).size).to.equal(1);
    expect(tracking.seen.events.map(({ seq }) => seq)).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const [end] = tracking.seen.of('onTrialEnd');
    expect(end?.data).to.include({ name: 'eval_full_0', scope: 'full', n: 3, of: 3, score: 1, status: 'finished' });
    expect(end?.data.exampleScores).to.deep.equal([0, 1, 2]);
  });

  it('keeps a series of its own for each scope and metric key, over all compiles of a run', async () => {
    const run = tracker.startRun({ kind: 'user', name: 'r' });
    run.within(() => {
      for (let i = 0; i < 2; i++) {
        const compile = tracker.startCompile({ optimizer: 'O', method: 'compile', trainset: train, valset: val });
        compile.startTrial({ scope: 'full' }).end({ status: 'finished' });
        compile.startTrial({ scope: 'minibatch' }).end({ status: 'finished' });
        compile.startTrial({ scope: 'full', metricKey: 'mine' }).end({ status: 'finished' });
        compile.end({ status: 'finished' });
      }
    });
    run.end({ status: 'finished' });
    await tracking.seen.settled();
    expect(tracking.seen.of('onTrialEnd').map(({ data }) => data.name)).to.deep.equal([
      'eval_full_0',
      'eval_minibatch_0',
      'mine_0',
      'eval_full_1',
      'eval_minibatch_1',
      'mine_1',
    ]);
    expect(tracking.seen.of('onTrialEnd').map(({ data }) => data.index)).to.deep.equal([0, 1, 2, 3, 4, 5]);
    expect(tracking.seen.of('onCompileStart').map(({ data }) => data.index)).to.deep.equal([0, 1]);
  });

  it('a metric key that names a scope, as DSPy writes it, decides the scope', async () => {
    const compile = tracker.startCompile({ optimizer: 'O', method: 'compile', trainset: train });
    compile.startTrial({ metricKey: 'eval_full', batch: val }).end({ status: 'finished' });
    compile.startTrial({ metricKey: 'minibatch' }).end({ status: 'finished' });
    compile.end({ status: 'finished' });
    await tracking.seen.settled();
    expect(tracking.seen.of('onTrialEnd').map(({ data }) => [data.scope, data.key, data.name])).to.deep.equal([
      ['full', 'full', 'eval_full_0'],
      ['minibatch', 'minibatch', 'eval_minibatch_0'],
    ]);
  });

  it('scores that JSON has no number for reach sinks and journal in the same form', async () => {
    const compile = tracker.startCompile({ optimizer: 'O', method: 'compile', trainset: train });
    const trial = compile.startTrial({ scope: 'full' });
    trial.example({ example: val[0], score: Number.NaN });
    trial.example({ example: val[1], score: Number.POSITIVE_INFINITY });
    trial.end({ status: 'finished' });
    compile.end({ status: 'finished' });
    await tracking.seen.settled();
    const [end] = tracking.seen.of('onTrialEnd');
    expect(end?.data.exampleScores).to.deep.equal(['NaN', 'Infinity']);
    expect(JSON.parse(JSON.stringify(end))).to.deep.equal(end);
  });

  it('gives the same state the same id and another state another, whatever the order of keys', async () => {
    const compile = tracker.startCompile({ optimizer: 'O', method: 'compile' });
    const a = compile.propose({ texts: { x: '1', y: '2' }, demos: [{ traces: [{ q: 'é' }] }] });
    const again = compile.propose({ texts: { y: '2', x: '1' }, demos: [{ traces: [{ q: 'é' }] }] });
    const other = compile.propose({ texts: { x: '1', y: '3' } }, { parents: [a], evidence: { saw: 'this' } });
    compile.accept(other, 'better');
    compile.reject(a, 'worse');
    compile.end({ status: 'finished' });
    await tracking.seen.settled();
    expect(again).to.equal(a);
    expect(other).to.not.equal(a);
    const proposals = tracking.seen.of('onCandidateProposed');
    expect(proposals).to.have.length(2);
    expect(proposals[1]?.data).to.deep.include({ changed: ['y'], evidence: { saw: 'this' }, by: 'user' });
    expect(proposals[1]?.data.candidate.parents).to.deep.equal([a]);
    expect(tracking.seen.of('onCandidateAccepted')[0]?.data).to.deep.include({ candidateId: other, reason: 'better' });
    expect(tracking.seen.of('onCandidateRejected')[0]?.candidateId).to.equal(a);
  });

  it('only a full evaluation that finished sets the best, and only a higher score changes it', async () => {
    const compile = tracker.startCompile({ optimizer: 'O', method: 'compile', trainset: train, valset: val });
    const score = (text: string, scope: 'full' | 'minibatch' | 'holdout', value: number, failed = false): void => {
      const trial = compile.startTrial({ candidate: state(text), scope, n: 1 });
      trial.example({ example: val[0], score: value });
      trial.end({ status: failed ? 'failed' : 'finished' });
    };
    score('a', 'full', 0.5);
    score('b', 'minibatch', 1);
    score('c', 'holdout', 1);
    score('d', 'full', 0.5);
    score('e', 'full', 0.9, true);
    score('f', 'full', 0.7);
    compile.end({ status: 'finished', best: { format: 'state', program: null, candidate: state('f') } });
    await tracking.seen.settled();
    expect(tracking.seen.of('onBestChanged').map(({ data }) => [data.score, data.previous, data.key])).to.deep.equal([
      [0.5, null, 'full'],
      [0.7, 0.5, 'full'],
    ]);
    expect(tracking.seen.of('onCompileEnd')[0]?.data.best?.score).to.equal(0.7);
  });

  it('one example seen twice is one event; scores without a number do not count in the mean', async () => {
    const evaluation = tracker.startEvaluation({ batch: val });
    evaluation.example({ index: 0, example: val[0], score: 1 });
    evaluation.example({ index: 0, example: val[0], score: 0 });
    evaluation.example({ index: 2, example: val[2], error: new TypeError('no') });
    evaluation.example({ example: val[1], score: 0.5 });
    evaluation.end({ status: 'finished', score: 99 });
    await tracking.seen.settled();
    expect(tracking.seen.of('onExampleEnd').map(({ data }) => data.index)).to.deep.equal([0, 2, 1]);
    const [end] = tracking.seen.of('onEvalEnd');
    expect(end?.data).to.deep.include({
      score: 0.75,
      reportedScore: 99,
      exampleScores: [1, 0.5, null],
      errors: 1,
      n: 3,
    });
    expect(tracking.seen.of('onExampleEnd')[1]?.data.error).to.include({ name: 'TypeError', message: 'no' });
  });

  it('means of several objectives are kept apart', async () => {
    const evaluation = tracker.startEvaluation({ batch: val });
    evaluation.example({ example: val[0], score: 1, scores: { right: 1, short: 0 } });
    evaluation.example({ example: val[1], score: 0, scores: { right: 0, short: 1 } });
    evaluation.example({ example: val[2], score: 1, scores: { right: 1 } });
    evaluation.end({ status: 'finished' });
    await tracking.seen.settled();
    expect(tracking.seen.of('onEvalEnd')[0]?.data.scores).to.deep.equal({ right: 2 / 3, short: 0.5 });
  });

  it('what a sink hears is frozen all the way down, and the values of the user are untouched', async () => {
    const example = { q: 'a', nested: { list: [1, { deep: true }] } };
    const evaluation = tracker.startEvaluation({ batch: [example] });
    evaluation.example({ example, prediction: { answer: new Map([['k', 1n]]) }, score: 1 });
    evaluation.end({ status: 'finished' });
    await tracking.seen.settled();
    const frozen = (value: unknown): boolean =>
      value === null || typeof value !== 'object' || (Object.isFrozen(value) && Object.values(value).every(frozen));
    for (const event of tracking.seen.events) {
      expect(frozen(event), event.type).to.equal(true);
      expect(JSON.parse(JSON.stringify(event))).to.deep.equal(event);
    }
    expect(Object.isFrozen(example)).to.equal(false);
    expect(Object.isFrozen(example.nested.list)).to.equal(false);
  });
});

describe('tracker, captures switched off', () => {
  it('keeps sizes, digests and scores but neither inputs nor outputs', async () => {
    const tracking = startTracking({ capture: { inputs: false, outputs: false } });
    try {
      const secret = [{ q: 'the input text' }];
      const evaluation = tracker.startEvaluation({ batch: secret });
      evaluation.example({ example: secret[0], prediction: 'the output text', score: 1 });
      evaluation.end({ status: 'finished' });
      await tracking.seen.settled();
      expect(JSON.stringify(tracking.seen.events)).to.not.match(/the (input|output) text/);
      expect(tracking.seen.of('onEvalStart')[0]?.data.devset).to.deep.include({
        size: 1,
        fields: ['q'],
        examples: null,
      });
    } finally {
      await tracking.stop();
    }
  });
});
