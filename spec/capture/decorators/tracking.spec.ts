import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { activeCompile, getTracking, hyperparam, trackCompile, trackEval, trackTrial } from '../../../lib/index.js';
import { currentFrame } from '../../../lib/track/context.js';
import { startTracking, type Tracking } from '../../fixtures/tracking.js';

describe('getTracking', () => {
  class Base {
    @hyperparam() rounds = 1;
    @hyperparam({ name: 'rate' }) learningRate = 0.1;
    @trackTrial({ candidate: 1 })
    #score(a: unknown, b: unknown) {
      return [a, b].length;
    }
    go() {
      return this.#score(1, 2);
    }
  }

  @trackCompile({ label: 'Mine', trainset: 'train' })
  class Derived extends Base {
    @hyperparam() static width = 2;
    compile(_options: object) {}
    compileStream() {}
    @trackEval()
    static judge() {}
  }

  it('describes a class before any instance exists, inherited tracking included', () => {
    expect(getTracking(Derived)).to.deep.equal({
      label: 'Mine',
      compile: { label: 'Mine', methods: ['compile', 'compileStream'], roles: { trainset: 'train' } },
      evaluate: { label: null, methods: ['static judge'], roles: {} },
      trials: { label: null, methods: ['#score'], roles: { candidate: 1 } },
      hyperparams: [
        { name: 'rounds', field: 'rounds' },
        { name: 'rate', field: 'learningRate' },
        { name: 'width', field: 'static width' },
      ],
    });
    expect(getTracking(new Derived())).to.deep.equal(getTracking(Derived));
    expect(getTracking(Base)?.hyperparams.map(({ name }) => name)).to.deep.equal(['rounds', 'rate']);
    expect(getTracking(Base)?.compile).to.equal(undefined);
  });

  it('is frozen, and undefined for what is not tracked', () => {
    const tracking = getTracking(Derived);
    expect(Object.isFrozen(tracking) && Object.isFrozen(tracking?.compile?.methods)).to.equal(true);
    expect(Object.isFrozen(tracking?.hyperparams)).to.equal(true);
    expect(getTracking(class {})).to.equal(undefined);
    expect(getTracking({})).to.equal(undefined);
  });

  it('describes one object without its class', () => {
    class Optimizer {
      compile() {}
    }
    const object = trackCompile(new Optimizer(), { label: 'one' });
    expect(getTracking(object)?.compile).to.deep.equal({ label: 'one', methods: ['compile'], roles: {} });
    expect(getTracking(Optimizer)).to.equal(undefined);
  });

  it('also knows classes whose compiler hands over no metadata, once they are used', () => {
    const initializers: ((this: unknown) => void)[] = [];
    class Optimizer {
      rate = 0.5;
    }
    const context = {
      kind: 'field',
      name: 'rate',
      static: false,
      private: false,
      access: { get: (object: Optimizer) => object.rate, has: () => true, set: () => undefined },
      addInitializer: (initializer: (this: unknown) => void) => initializers.push(initializer),
    };
    hyperparam()(undefined, context as unknown as ClassFieldDecoratorContext);
    expect(getTracking(Optimizer)).to.equal(undefined);
    for (let i = 0; i < 2; i++) for (const initializer of initializers) initializer.call(new Optimizer());
    expect(getTracking(Optimizer)?.hyperparams).to.deep.equal([{ name: 'rate', field: 'rate' }]);
  });
});

describe('activeCompile', () => {
  let tracking: Tracking;

  beforeEach(() => {
    tracking = startTracking({ journal: false });
  });

  afterEach(() => tracking.stop());

  it('is undefined outside a compile', () => {
    expect(activeCompile()).to.equal(undefined);
  });

  it('says what nobody sees from outside', async () => {
    const ids: (string | undefined)[] = [];
    const optimizer = trackCompile({
      compile: async () => {
        const compile = activeCompile();
        ids.push(compile?.runId, compile?.compileId);
        const seed = compile?.propose({ texts: { instruction: 'A' } });
        const child = compile?.propose(
          { texts: { instruction: 'B' } },
          { parents: [seed as string], evidence: { failures: [1] }, by: 'mutation' },
        );
        ids.push(seed, child, compile?.propose({ texts: { instruction: 'B' } }));
        compile?.accept(seed as string, 'the first');
        compile?.reject(child as string, 'worse');
        return compile?.role('proposer', async () => {
          await null;
          return currentFrame().role;
        });
      },
    });
    expect(await optimizer.compile()).to.equal('proposer');
    await tracking.seen.settled();
    const [runId, compileId, seed, child, again] = ids;
    const proposed = tracking.seen.of('onCandidateProposed');
    expect(proposed.map((event) => event.data.candidate.id)).to.deep.equal([seed, child]);
    expect(again).to.equal(child);
    expect([proposed[0]?.runId, proposed[0]?.compileId]).to.deep.equal([runId, compileId]);
    expect(proposed[1]?.data).to.deep.include({
      by: 'mutation',
      evidence: { failures: [1] },
      changed: ['instruction'],
    });
    expect(proposed[1]?.data.candidate.parents).to.deep.equal([seed]);
    expect(tracking.seen.of('onCandidateAccepted')[0]?.data).to.deep.include({
      candidateId: seed,
      reason: 'the first',
    });
    expect(tracking.seen.of('onCandidateRejected')[0]?.data).to.deep.include({ candidateId: child, reason: 'worse' });
  });

  it('gives a decision to the trial that ran its candidate last, as inferred', async () => {
    const trial = trackTrial({ evaluate: async (_candidate: string, _batch: readonly object[]) => 0.5 });
    const optimizer = trackCompile({
      compile: async () => {
        const id = activeCompile()?.propose('B') ?? '';
        await trial.evaluate('A', [{ q: 1 }]);
        await trial.evaluate('B', [{ q: 1 }]);
        await trial.evaluate('B', [{ q: 2 }]);
        await trial.evaluate('A', [{ q: 2 }]);
        activeCompile()?.accept(id, 'better');
        activeCompile()?.reject('of no trial', 'unknown');
      },
    });
    await optimizer.compile();
    await tracking.seen.settled();
    const [accepted] = tracking.seen.of('onCandidateAccepted');
    expect(accepted?.data.trialId).to.equal(tracking.seen.of('onTrialEnd')[2]?.trialId);
    expect(accepted?.derived).to.deep.equal(['trialId']);
    const [rejected] = tracking.seen.of('onCandidateRejected');
    expect(rejected?.data.trialId).to.equal(null);
    expect(rejected?.derived).to.deep.equal([]);
  });

  it('never throws: wrong use is a warning, and the function still runs', async () => {
    const optimizer = trackCompile({
      compile: () => {
        const compile = activeCompile();
        const hostile = {
          forward: () => 1,
          toJSON() {
            throw new Error('of the user');
          },
        };
        return [compile?.propose(undefined), compile?.propose(hostile), compile?.role('nobody' as never, () => 'ran')];
      },
    });
    expect(optimizer.compile()).to.deep.equal(['', '', 'ran']);
    await tracking.seen.settled();
    expect(tracking.seen.of('onCompileEnd')[0]?.data.status).to.equal('finished');
  });
});
