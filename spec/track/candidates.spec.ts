import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { settings } from '../../lib/support/settings.js';
import { tracker } from '../../lib/track/tracker.js';
import { startTracking, type Tracking } from '../fixtures/tracking.js';

describe('candidates that come again', () => {
  let tracking: Tracking;

  beforeEach(() => {
    tracking = startTracking();
  });

  afterEach(() => tracking.stop());

  /** Starts a trial of each state and returns the candidates that were recorded. */
  async function recorded(states: readonly (() => { texts: Record<string, string>; demos?: unknown[] })[]) {
    const compile = tracker.startCompile({ optimizer: 'O', method: 'compile' });
    for (const state of states) compile.startTrial({ candidate: state() }).end({ status: 'finished' });
    compile.end({ status: 'finished' });
    await tracking.seen.settled();
    return tracking.seen.of('onTrialStart').map(({ data }) => data.candidate);
  }

  it('have one id as long as they say the same, also where one object is changed between trials', async () => {
    const texts: Record<string, string> = { instruction: 'a' };
    const change = (more: Record<string, string>) => () => ({ texts: Object.assign(texts, more) });
    const candidates = await recorded([change({}), change({}), change({ instruction: 'b' }), change({ other: 'c' })]);
    expect(candidates.map((candidate) => candidate?.texts)).to.deep.equal([
      { instruction: 'a' },
      { instruction: 'a' },
      { instruction: 'b' },
      { instruction: 'b', other: 'c' },
    ]);
    expect(new Set(candidates.map((candidate) => candidate?.id)).size).to.equal(3);
    expect(candidates[0]?.id).to.equal(candidates[1]?.id);
  });

  it('differ where only their demos do', async () => {
    const texts = { instruction: 'a' };
    const candidates = await recorded([
      () => ({ texts }),
      () => ({ texts, demos: [{ programId: 'root', traces: [{ q: 1 }] }] }),
      () => ({ texts }),
    ]);
    expect(candidates.map((candidate) => candidate?.demos.length)).to.deep.equal([0, 1, 0]);
    expect(candidates[2]?.id).to.equal(candidates[0]?.id);
  });

  it('are looked at again once a secret in their texts became known', async () => {
    const texts = { instruction: 'Say plumtree-orchard first.' };
    const candidates = await recorded([
      () => ({ texts }),
      () => {
        settings().redactor.learn('plumtree-orchard');
        return { texts };
      },
    ]);
    expect(candidates[1]?.texts).to.deep.equal({ instruction: 'Say {{AX_SECRET_1}} first.' });
  });
});
