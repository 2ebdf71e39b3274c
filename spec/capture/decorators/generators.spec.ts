import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { trackCompile, trackTrial } from '../../../lib/index.js';
import { currentFrame } from '../../../lib/track/context.js';
import { startTracking, type Tracking } from '../../fixtures/tracking.js';

describe('decorated generators', () => {
  let tracking: Tracking;

  beforeEach(() => {
    tracking = startTracking({ journal: false });
  });

  afterEach(() => tracking.stop());

  async function ends() {
    await tracking.seen.settled();
    return tracking.seen.of('onCompileEnd').map(({ data }) => data);
  }

  class Optimizer {
    readonly steps: string[] = [];
    readonly frames: unknown[] = [];
    @trackCompile()
    async *compile(fail = false): AsyncGenerator<number, string> {
      try {
        for (let i = 0; i < 3; i++) {
          this.steps.push(`made ${i}`);
          this.frames.push(currentFrame().compile);
          await null;
          this.frames.push(currentFrame().compile);
          if (fail && i === 1) throw new Error('in the middle');
          yield i;
        }
        return 'done';
      } finally {
        this.steps.push('cleaned up');
      }
    }
    @trackTrial()
    *score(): Generator<number, number> {
      const sent: number = yield 1;
      return sent;
    }
  }

  it('hand over each chunk before the next is made, in the frame of the compile', async () => {
    const optimizer = new Optimizer();
    for await (const i of optimizer.compile()) optimizer.steps.push(`got ${i}`);
    expect(optimizer.steps).to.deep.equal(['made 0', 'got 0', 'made 1', 'got 1', 'made 2', 'got 2', 'cleaned up']);
    expect(new Set(optimizer.frames).size).to.equal(1);
    expect(optimizer.frames[0]).to.not.equal(null);
    expect(currentFrame().compile).to.equal(null);
    expect((await ends())[0]?.status).to.equal('finished');
  });

  it('given up by break, they clean up and end as cancelled', async () => {
    const optimizer = new Optimizer();
    for await (const _ of optimizer.compile()) break;
    expect(optimizer.steps).to.deep.equal(['made 0', 'cleaned up']);
    expect((await ends())[0]?.status).to.equal('cancelled');
  });

  it('that throw end as failed, with the very error', async () => {
    const optimizer = new Optimizer();
    let caught: unknown;
    try {
      for await (const _ of optimizer.compile(true));
    } catch (error) {
      caught = error;
    }
    expect((caught as Error).message).to.equal('in the middle');
    const [end] = await ends();
    expect([end?.status, end?.error?.message]).to.deep.equal(['failed', 'in the middle']);
  });

  it('take what next() is sent; their return value is the result', async () => {
    const generator = new Optimizer().score();
    expect(generator.next()).to.deep.equal({ done: false, value: 1 });
    expect(generator.next(0.25)).to.deep.equal({ done: true, value: 0.25 });
    await tracking.seen.settled();
    expect(tracking.seen.of('onEvalEnd')[0]?.data.score).to.equal(0.25);
  });

  it('that a promise resolves to are followed as well, and stay the very object', async () => {
    const inner = (async function* () {
      yield { bestScore: 0.5 };
    })();
    const object = trackCompile({ compile: async () => inner });
    const generator = await object.compile();
    expect(generator).to.equal(inner);
    expect(await ends()).to.have.length(0);
    for await (const _ of generator);
    expect((await ends())[0]?.reportedScore).to.equal(0.5);
  });

  it('return() and throw() from outside pass through', async () => {
    const returned = new Optimizer().compile();
    await returned.next();
    expect(await returned.return('early')).to.deep.equal({ done: true, value: 'early' });
    const thrown = new Optimizer().compile();
    await thrown.next();
    const error = new Error('from outside');
    let caught: unknown;
    await thrown.throw(error).catch((reason: unknown) => {
      caught = reason;
    });
    expect(caught).to.equal(error);
    expect((await ends()).map(({ status }) => status)).to.deep.equal(['cancelled', 'failed']);
  });

  it('that nobody holds any more end as cancelled', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    await (async () => {
      await new Optimizer().compile().next();
    })();
    for (let i = 0; i < 50 && (await ends()).length === 0; i++) {
      collect();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect((await ends()).map(({ status }) => status)).to.deep.equal(['cancelled']);
  });
});
