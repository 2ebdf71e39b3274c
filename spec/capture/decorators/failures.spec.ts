import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { trackCompile, trackEval } from '../../../lib/index.js';
import { resetWarnings } from '../../../lib/support/warnings.js';
import { tracker } from '../../../lib/track/tracker.js';
import { startTracking, type Tracking } from '../../fixtures/tracking.js';

describe('a failure of tracking itself', () => {
  let tracking: Tracking;
  before(() => {
    tracking = startTracking({ silent: true, journal: false });
  });
  after(() => tracking.stop());

  for (const method of ['startCompile', 'startEvaluation'] as const) {
    it(`in ${method} leaves the call alone and is reported once`, async () => {
      resetWarnings();
      const own = tracker[method];
      const broken = tracker as unknown as Record<string, unknown>;
      broken[method] = () => {
        throw new Error('broken inside');
      };
      let calls = 0;
      const object = {
        compile: async (x: number) => {
          calls += 1;
          return x;
        },
        evaluate: (x: number) => {
          calls += 1;
          return x;
        },
      };
      trackCompile(object);
      trackEval(object);
      try {
        if (method === 'startCompile') expect(await object.compile(3)).to.equal(3);
        else expect(object.evaluate(3)).to.equal(3);
      } finally {
        broken[method] = own;
      }
      expect(calls).to.equal(1);
      await tracking.seen.settled();
      const warnings = tracking.seen.of('onWarning').filter(({ data }) => data.code === 'AXL_INTERNAL');
      expect(warnings.at(-1)?.data.message).to.include('broken inside');
    });
  }

  it('in the frame or at the end calls the method exactly once', async () => {
    const own = tracker.startCompile;
    const broken = tracker as unknown as Record<string, unknown>;
    broken.startCompile = () => ({
      self: undefined,
      within: () => {
        throw new Error('no frame');
      },
      end: () => {
        throw new Error('no end');
      },
    });
    let calls = 0;
    const object = trackCompile({
      compile: async () => {
        calls += 1;
        return 'value';
      },
    });
    try {
      expect(await object.compile()).to.equal('value');
    } finally {
      broken.startCompile = own;
    }
    expect(calls).to.equal(1);
  });
});

describe('what a promise tells', () => {
  let tracking: Tracking;
  before(() => {
    tracking = startTracking({ silent: true, journal: false });
  });
  after(() => tracking.stop());

  it('an unhandled rejection is unhandled exactly once, with the same reason', async () => {
    const error = new Error('nobody handles it');
    const reasons: unknown[] = [];
    const others = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection');
    process.on('unhandledRejection', (reason) => reasons.push(reason));
    try {
      const object = trackCompile({ compile: () => Promise.reject(error) });
      void object.compile();
      await new Promise((resolve) => setTimeout(resolve, 20));
    } finally {
      process.removeAllListeners('unhandledRejection');
      for (const listener of others) process.on('unhandledRejection', listener);
    }
    expect(reasons).to.deep.equal([error]);
    expect(reasons[0]).to.equal(error);
  });

  it('what a promise carries besides, e.g. cancel(), comes along', async () => {
    const cancel = () => 'cancelled';
    const object = trackCompile({ compile: () => Object.assign(Promise.resolve(1), { cancel }) });
    const promise = object.compile();
    expect(promise.cancel).to.equal(cancel);
    expect(await promise).to.equal(1);
  });

  it('a foreign thenable is never asked, and the compile ends with what is inferred named', async () => {
    const lazy = {
      asked: 0,
      // biome-ignore lint/suspicious/noThenProperty: a lazy query, as of knex or Prisma
      get then() {
        this.asked += 1;
        return () => undefined;
      },
    };
    const object = trackCompile({ compile: () => lazy });
    tracking.seen.clear();
    expect(object.compile()).to.equal(lazy);
    expect(lazy.asked).to.equal(0);
    await tracking.seen.settled();
    expect(tracking.seen.of('onCompileEnd')[0]?.derived).to.include.members(['status', 'durationMs']);
  });

  it('a subclass of Promise stays the very object', () => {
    class Query extends Promise<number> {}
    const query = Query.resolve(1) as Query;
    expect(trackCompile({ compile: () => query }).compile()).to.equal(query);
  });

  it('a run that lost a Promise.race ends on its own', async () => {
    tracking.seen.clear();
    let release: (() => void) | undefined;
    const object = trackCompile({ compile: () => new Promise<void>((resolve) => (release = resolve)) });
    const losing = object.compile();
    expect(await Promise.race([losing, Promise.resolve('first')])).to.equal('first');
    await tracking.seen.settled();
    expect(tracking.seen.of('onCompileStart')).to.have.length(1);
    expect(tracking.seen.of('onCompileEnd')).to.have.length(0);
    release?.();
    await losing;
    await tracking.seen.settled();
    expect(tracking.seen.of('onCompileEnd')).to.have.length(1);
  });
});
